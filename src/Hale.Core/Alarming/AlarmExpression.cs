namespace Hale.Core.Alarming;

/// <summary>A step of a composite alarm's rule in postfix order.</summary>
public enum AlarmTermKind : byte
{
    /// <summary>The alarm is in alarm.</summary>
    Alarm,

    /// <summary>The alarm is ok.</summary>
    Ok,

    /// <summary>The alarm has insufficient data.</summary>
    InsufficientData,

    /// <summary>Always.</summary>
    True,

    /// <summary>Never.</summary>
    False,

    /// <summary>Both of the last two.</summary>
    And,

    /// <summary>One of the last two.</summary>
    Or,

    /// <summary>Not the last one.</summary>
    Not,
}

/// <summary>One step of a rule.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Alarm">Index of the alarm in <see cref="Model.WorldSpec.Alarms"/>; -1 for what names none.</param>
public readonly record struct AlarmTerm(AlarmTermKind Kind, int Alarm = -1);

/// <summary>The rule of a composite alarm, as written and as it is evaluated.</summary>
/// <param name="Text">As written: <c>ALARM(a) AND NOT OK(b)</c>.</param>
/// <param name="Terms">The same in postfix order. At most <see cref="MaxTerms"/>.</param>
public sealed record AlarmExpression(string Text, AlarmTerm[] Terms)
{
    /// <summary>Longest rule: a hundred alarms (CloudWatch's limit) with what joins them.</summary>
    public const int MaxTerms = 512;

    /// <summary>Whether the rule holds for alarms in these states.</summary>
    public bool Holds(AlarmState[] alarms)
    {
        Span<bool> stack = stackalloc bool[MaxTerms];
        var top = -1;
        foreach (var term in Terms)
        {
            switch (term.Kind)
            {
                case AlarmTermKind.And:
                    stack[top - 1] &= stack[top];
                    top--;
                    break;
                case AlarmTermKind.Or:
                    stack[top - 1] |= stack[top];
                    top--;
                    break;
                case AlarmTermKind.Not:
                    stack[top] = !stack[top];
                    break;
                default:
                    stack[++top] = term.Kind switch
                    {
                        AlarmTermKind.Alarm => alarms[term.Alarm].Value == AlarmValue.Alarm,
                        AlarmTermKind.Ok => alarms[term.Alarm].Value == AlarmValue.Ok,
                        AlarmTermKind.InsufficientData => alarms[term.Alarm].Value == AlarmValue.InsufficientData,
                        _ => term.Kind == AlarmTermKind.True,
                    };
                    break;
            }
        }
        return stack[top];
    }
}
