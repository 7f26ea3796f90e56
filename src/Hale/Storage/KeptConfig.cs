using System.Security.Cryptography;
using System.Text;
using Hale.Core.Model;

namespace Hale.Storage;

/// <summary>A configuration as the journal keeps it. Made before the engine's loop needs it: thousands of checks take a while to be written out.</summary>
/// <param name="Spec">What the core judges by, as JSON.</param>
/// <param name="Hash">Of that JSON: the same specs are kept once.</param>
/// <param name="Source">The files as they were read.</param>
internal sealed record KeptConfig(string Spec, string Hash, string Source)
{
    /// <summary>Writes the specs out.</summary>
    public static KeptConfig Of(WorldSpec spec, string source)
    {
        var text = SpecJson.Write(spec);
        return new(text, Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text))), source);
    }
}
