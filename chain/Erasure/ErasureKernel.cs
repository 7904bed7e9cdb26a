using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Dsdn.Chain.Erasure;

/// <summary>Products of a matrix of up to three rows with six inputs: one pass, every output written once.</summary>
internal static unsafe class ErasureKernel
{
    private const int Inputs = ReedSolomon.DataShards, RowsMax = ReedSolomon.ParityShards;

    /// <summary>What this processor does best.</summary>
    public static ErasurePath BestPath =>
        Gfni.V512.IsSupported ? ErasurePath.Affine512
        : Gfni.V256.IsSupported ? ErasurePath.Affine256
        : Avx512BW.IsSupported ? ErasurePath.Table512
        : Vector256.IsHardwareAccelerated ? ErasurePath.Table256
        : Vector128.IsHardwareAccelerated ? ErasurePath.Table128
        : ErasurePath.Scalar;

    /// <summary>output[r] = sum over j of rows[r, j] * input[j].</summary>
    /// <param name="rows">Six factors an output, one to three outputs.</param>
    public static void Multiply(ReadOnlySpan<byte> rows, byte** inputs, byte** outputs, int bytes, ErasurePath path)
    {
        int count = rows.Length / Inputs;
        fixed (byte* factors = rows)
        {
            int done = path switch
            {
                ErasurePath.Affine512 => Run<Affine512, Vector512<byte>>(factors, count, inputs, outputs, bytes),
                ErasurePath.Affine256 => Run<Affine256, Vector256<byte>>(factors, count, inputs, outputs, bytes),
                ErasurePath.Table512 => Run<Table512, Vector512<byte>>(factors, count, inputs, outputs, bytes),
                ErasurePath.Table256 => Run<Table256, Vector256<byte>>(factors, count, inputs, outputs, bytes),
                ErasurePath.Table128 => Run<Table128, Vector128<byte>>(factors, count, inputs, outputs, bytes),
                _ => 0,
            };
            for (int row = 0; row < count; row++) Scalar(factors + (row * Inputs), inputs, outputs[row], done, bytes);
        }
    }

    /// <returns>How many bytes of every output are made: whole vectors.</returns>
    [SkipLocalsInit]
    private static int Run<TLane, TVector>(byte* factors, int count, byte** inputs, byte** outputs, int bytes)
        where TLane : IErasureLane<TVector>
        where TVector : unmanaged
    {
        byte* prepared = stackalloc byte[RowsMax * Inputs * Table128.TableBytes];
        for (int i = 0; i < count * Inputs; i++) TLane.Prepare(factors[i], prepared + (i * TLane.FactorBytes));
        int stride = Inputs * TLane.FactorBytes, whole = bytes - (bytes % sizeof(TVector));
        if (count == RowsMax)
        {
            Three<TLane, TVector>(prepared, inputs, outputs, whole);
            return whole;
        }
        for (int row = 0; row < count; row++) One<TLane, TVector>(prepared + (row * stride), inputs, outputs[row], whole);
        return whole;
    }

    private static void Three<TLane, TVector>(byte* prepared, byte** inputs, byte** outputs, int bytes)
        where TLane : IErasureLane<TVector>
        where TVector : unmanaged
    {
        int factor = TLane.FactorBytes;
        byte* second = prepared + (Inputs * factor), third = second + (Inputs * factor);
        byte* to0 = outputs[0], to1 = outputs[1], to2 = outputs[2];
        for (nint at = 0; at < bytes; at += sizeof(TVector))
        {
            (TVector low, TVector high) = TLane.Split(TLane.Load(inputs[0] + at));
            TVector sum0 = TLane.Product(prepared, low, high), sum1 = TLane.Product(second, low, high), sum2 = TLane.Product(third, low, high);
            for (nint j = 1; j < Inputs; j++)
            {
                (low, high) = TLane.Split(TLane.Load(inputs[j] + at));
                sum0 = TLane.Xor(sum0, TLane.Product(prepared + (j * factor), low, high));
                sum1 = TLane.Xor(sum1, TLane.Product(second + (j * factor), low, high));
                sum2 = TLane.Xor(sum2, TLane.Product(third + (j * factor), low, high));
            }
            TLane.Store(to0 + at, sum0);
            TLane.Store(to1 + at, sum1);
            TLane.Store(to2 + at, sum2);
        }
    }

    private static void One<TLane, TVector>(byte* prepared, byte** inputs, byte* output, int bytes)
        where TLane : IErasureLane<TVector>
        where TVector : unmanaged
    {
        int factor = TLane.FactorBytes;
        for (nint at = 0; at < bytes; at += sizeof(TVector))
        {
            (TVector low, TVector high) = TLane.Split(TLane.Load(inputs[0] + at));
            TVector sum = TLane.Product(prepared, low, high);
            for (nint j = 1; j < Inputs; j++)
            {
                (low, high) = TLane.Split(TLane.Load(inputs[j] + at));
                sum = TLane.Xor(sum, TLane.Product(prepared + (j * factor), low, high));
            }
            TLane.Store(output + at, sum);
        }
    }

    private static void Scalar(byte* factors, byte** inputs, byte* output, int from, int bytes)
    {
        for (int at = from; at < bytes; at++)
        {
            byte sum = 0;
            for (int j = 0; j < Inputs; j++) sum ^= GaloisField.Multiply(factors[j], inputs[j][at]);
            output[at] = sum;
        }
    }
}
