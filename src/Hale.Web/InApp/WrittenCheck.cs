namespace Hale.Web.InApp;

/// <summary>A check named in code, as it would be written.</summary>
internal sealed record WrittenCheck(string Name, string Kind, string Value, CheckOptions Options);
