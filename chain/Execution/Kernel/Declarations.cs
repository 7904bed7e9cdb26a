using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.State;

namespace Dsdn.Chain.Execution.Kernel;

/// <summary>An error a method may give: its Solidity declaration, and the stable code for people and programs.</summary>
public sealed class ErrorDeclaration(string solidity, string code, string meaning)
{
    public AbiError Abi { get; } = AbiSignature.Error(solidity);

    /// <summary>Such as <c>DSDN-E-STAKING-NOT-A-VALIDATOR</c>; never reused for another meaning.</summary>
    public string Code { get; } = code;

    /// <summary>One sentence for the documentation.</summary>
    public string Meaning { get; } = meaning;

    public Outcome With(params ReadOnlySpan<AbiValue> arguments) => Outcome.Revert(Abi.Encode(arguments));
}

/// <summary>An event a module emits: its Solidity signature and what it says to a reader.</summary>
public sealed class EventDeclaration(string solidity, string meaning)
{
    public AbiEvent Abi { get; } = AbiSignature.Event(solidity);

    public string Meaning { get; } = meaning;
}

/// <summary>Who may call a method with effect; checked by the method itself, stated here for readers.</summary>
public sealed record Permission(string Text)
{
    public static readonly Permission Anyone = new("anyone");
}

/// <summary>One method of a module. Everything about it stands in this one value.</summary>
public sealed class Method
{
    private Method(string solidity, string meaning, ulong gasMax, Permission permission, Func<ModuleContext, Arguments, Outcome> run)
    {
        Abi = AbiSignature.Function(solidity);
        Meaning = meaning;
        GasMax = gasMax;
        Permission = permission;
        Run = run;
    }

    public AbiFunction Abi { get; }

    public string Meaning { get; }

    /// <summary>Upper bound of the gas a call uses beyond the intrinsic cost; proven by test.</summary>
    public ulong GasMax { get; }

    public Permission Permission { get; }

    internal Func<ModuleContext, Arguments, Outcome> Run { get; }

    public bool IsView => Abi.Mutability == AbiMutability.View;

    /// <summary>A method that changes state: its message is read, checked without state, then executed.</summary>
    public static Method Of<TMessage>(string solidity, string meaning, ulong gasMax, Permission permission)
        where TMessage : struct, IMessage<TMessage> =>
        new(solidity, meaning, gasMax, permission, static (context, arguments) =>
        {
            TMessage message = TMessage.Read(arguments);
            if (arguments.Fault is { } fault) return fault;
            Outcome check = message.Check(context.Call);
            return check.IsSuccess ? message.Execute(context) : check;
        });

    /// <summary>A query. It runs statically.</summary>
    public static Method View(string solidity, string meaning, ulong gasMax, Func<ModuleContext, Arguments, Outcome> run) =>
        new(solidity, meaning, gasMax, Permission.Anyone, (context, arguments) =>
        {
            Outcome outcome = run(context, arguments);
            return arguments.Fault ?? outcome;
        });
}

/// <summary>The arguments of one method as a value.</summary>
public interface IMessage<TSelf>
    where TSelf : struct, IMessage<TSelf>
{
    static abstract TSelf Read(Arguments arguments);

    /// <summary>What can be refused from the message and the call alone.</summary>
    Outcome Check(in CallFacts call);

    /// <summary>What needs state. All or nothing: the kernel undoes everything when the outcome is a revert.</summary>
    Outcome Execute(ModuleContext context);
}

/// <summary>A table of the module's state. Ids are never reused; bit 15 marks a scalar table (<see cref="RecordKey"/>).</summary>
public sealed record TableDeclaration(ushort Id, string Name, string Key, string Value);

/// <summary>Work at the start or end of a block. Bounded by construction: <paramref name="Bound"/> says by what.</summary>
public sealed record Hook(byte Module, string Name, string Bound, Action<ModuleContext> Run);

/// <summary>Returns what is broken, with numbers; nothing where the invariant holds. Read-only, for tests and simulations.</summary>
public sealed record Invariant(string Name, Func<ModuleContext, IEnumerable<string>> Check);

/// <summary>A module as one plain table: what it answers, writes, refuses, and how it is checked.</summary>
public sealed record ModuleDeclaration
{
    /// <summary>Module n lives at 0x800 + n.</summary>
    public required byte Number { get; init; }

    public required string Name { get; init; }

    /// <summary>One sentence for the documentation.</summary>
    public required string Summary { get; init; }

    public required IReadOnlyList<Method> Methods { get; init; }
    public required IReadOnlyList<EventDeclaration> Events { get; init; }
    public required IReadOnlyList<ErrorDeclaration> Errors { get; init; }
    public required IReadOnlyList<TableDeclaration> Tables { get; init; }
    public required IReadOnlyList<Invariant> Invariants { get; init; }

    /// <summary>Modules whose published functions it may enter.</summary>
    public IReadOnlyList<byte> Uses { get; init; } = [];
}
