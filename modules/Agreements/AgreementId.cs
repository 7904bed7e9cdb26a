using Dsdn.Chain.Crypto;
using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Agreements;

/// <summary>Keccak256(chain id u64 | owner 20 | number u64): an owner knows the id before the transaction, and no other chain has it.</summary>
public static class AgreementId
{
    /// <param name="number">Of the owner's agreements, from 1.</param>
    public static Hash256 Of(ulong chainId, Address owner, ulong number)
    {
        byte[] preimage = new byte[NumberKey.Size + AddressNumberKey.Size];
        new NumberKey(chainId).WriteTo(preimage);
        new AddressNumberKey(owner, number).WriteTo(preimage.AsSpan(NumberKey.Size));
        return Keccak.Hash(preimage);
    }
}
