using System.Buffers.Binary;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Consensus.Tendermint;

/// <summary>
/// Who proposes in which round of one height, without any state carried between heights: weighted sampling without
/// replacement (rulings 7). Draw i is Keccak256(tag | seed | height u64 | i u32) mod the power that is left, over the order of
/// the validators hash; the drawn validator is removed. Round r uses draw r mod n, so a dead proposer returns only after all
/// others were tried.
/// </summary>
public abstract class ProposerOrder
{
    public abstract Address OfRound(uint round);

    public static ProposerOrder Draw(ValidatorSet validators, Hash256 seed, ulong height) => new Drawn(validators, seed, height);

    private sealed class Drawn(ValidatorSet validators, Hash256 seed, ulong height) : ProposerOrder
    {
        private readonly List<Validator> _left = [.. validators.Validators];
        private readonly List<Address> _drawn = [];

        public override Address OfRound(uint round)
        {
            int index = (int)(round % (uint)validators.Validators.Count);
            while (_drawn.Count <= index) DrawNext();
            return _drawn[index];
        }

        private void DrawNext()
        {
            UInt128 power = 0;
            foreach (Validator validator in _left) power += validator.Power;
            UInt128 point = (Number((uint)_drawn.Count) % (Uint256)power).ToUInt128();
            int at = 0;
            while (point >= _left[at].Power) point -= _left[at++].Power;
            _drawn.Add(_left[at].Operator);
            _left.RemoveAt(at);
        }

        private Uint256 Number(uint draw)
        {
            Span<byte> preimage = stackalloc byte[DomainTag.Size + Hash256.Size + 12];
            DomainTag.Of(HashDomain.ProposerDraw).CopyTo(preimage);
            seed.CopyTo(preimage[DomainTag.Size..]);
            BinaryPrimitives.WriteUInt64BigEndian(preimage[(DomainTag.Size + Hash256.Size)..], height);
            BinaryPrimitives.WriteUInt32BigEndian(preimage[(DomainTag.Size + Hash256.Size + 8)..], draw);
            return Uint256.FromBigEndian(Keccak.Hash(preimage).Span);
        }
    }
}
