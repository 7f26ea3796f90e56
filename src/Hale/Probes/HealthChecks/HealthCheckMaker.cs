using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using Hale.Config;
using Hale.Plugins;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hale.Probes.HealthChecks;

/// <summary>Finds a health check in an assembly and calls its constructor with what the configuration gives.</summary>
internal static class HealthCheckMaker
{
    private const int ShownTypes = 5;

    /// <summary>The class of a name, or the only health check that there is.</summary>
    /// <exception cref="ForeignAssemblyException">There is none, or there are several.</exception>
    public static Type Find(Assembly assembly, string? name)
    {
        var checks = ForeignAssembly.PublicTypes(assembly).Where(type => type is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false } && type.IsAssignableTo(typeof(IHealthCheck))).ToArray();
        if (checks.FirstOrDefault(type => type.FullName == name) is { } found)
            return found;
        if (name is null && checks is [var only])
            return only;
        var there = checks.Length == 0
            ? "it has no public class that is an IHealthCheck"
            : $"its health checks are {string.Join(", ", checks.Take(ShownTypes).Select(type => type.FullName))}{(checks.Length > ShownTypes ? $" and {checks.Length - ShownTypes} more" : "")}";
        throw new ForeignAssemblyException(name is null ? $"{there}; name one with type" : $"it has no health check {name}: {there}");
    }

    /// <summary>Makes one by the constructor that takes most of what there is.</summary>
    /// <exception cref="ForeignAssemblyException">No constructor can be called; the message says what it would take.</exception>
    public static IHealthCheck Make(Type type, IReadOnlyDictionary<string, string> arguments, TimeProvider time)
    {
        var trouble = $"{type.FullName} has no public constructor";
        foreach (var constructor in type.GetConstructors().OrderByDescending(constructor => constructor.GetParameters().Length))
        {
            if (Bind(constructor.GetParameters(), arguments, time, out var why) is { } values)
                return Call(constructor, values);
            trouble = $"{type.FullName}: {why}";
        }
        throw new ForeignAssemblyException(trouble);
    }

    // The last trouble that is told is that of the shortest constructor, which asks for least.
    private static object?[]? Bind(ParameterInfo[] parameters, IReadOnlyDictionary<string, string> arguments, TimeProvider time, out string why)
    {
        why = "";
        var unused = arguments.Keys.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var values = new object?[parameters.Length];
        for (var i = 0; i < parameters.Length; i++)
        {
            var (name, type) = (parameters[i].Name ?? "", parameters[i].ParameterType);
            if (unused.Remove(name))
            {
                var text = arguments.First(each => each.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
                if (Parse(type, text) is not { } value)
                {
                    why = $"the argument {name} must be a {type.Name}, and what is written is none";
                    return null;
                }
                values[i] = value;
            }
            else if (Service(type, time) is { } service)
            {
                values[i] = service;
            }
            else if (parameters[i].HasDefaultValue)
            {
                values[i] = parameters[i].DefaultValue;
            }
            else
            {
                why = $"its constructor takes a {type.Name} {name}; write it under arguments, or give the class a constructor without it";
                return null;
            }
        }
        if (unused.Count == 0)
            return values;
        why = $"no constructor has a parameter {unused.First()}; there are {(parameters.Length == 0 ? "none" : string.Join(", ", parameters.Select(parameter => parameter.Name)))}";
        return null;
    }

    private static object? Service(Type type, TimeProvider time) =>
        type == typeof(TimeProvider) ? time
        : type == typeof(ILoggerFactory) ? NullLoggerFactory.Instance
        : type == typeof(ILogger) ? NullLogger.Instance
        : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ILogger<>) ? Activator.CreateInstance(typeof(Logger<>).MakeGenericType(type.GenericTypeArguments), NullLoggerFactory.Instance)
        : null;

    private static object? Parse(Type type, string text)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string))
            return text;
        if (type == typeof(TimeSpan) && Duration.TryParse(text, out var span))
            return span;
        if (type == typeof(Uri))
            return Uri.TryCreate(text, UriKind.Absolute, out var url) ? url : null;
        try
        {
            var converter = TypeDescriptor.GetConverter(type);
            return converter.CanConvertFrom(typeof(string)) ? converter.ConvertFromString(null, CultureInfo.InvariantCulture, text) : null;
        }
        catch (Exception error) when (error is ArgumentException or FormatException or NotSupportedException or OverflowException)
        {
            return null;
        }
    }

    private static IHealthCheck Call(ConstructorInfo constructor, object?[] values)
    {
        try
        {
            return (IHealthCheck)constructor.Invoke(values);
        }
        catch (TargetInvocationException error)
        {
            var cause = error.InnerException ?? error;
            throw new ForeignAssemblyException(ForeignAssembly.IsMissingPart(cause)
                ? ForeignAssembly.Words(cause)
                : $"the constructor of {constructor.DeclaringType!.FullName} threw {cause.GetType().Name}: {cause.Message.ReplaceLineEndings(" ")}");
        }
    }
}
