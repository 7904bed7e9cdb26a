using System.Text.Json;
using Dsdn.Celestia.Namespaces;
using Dsdn.Chain.Tests;

namespace Dsdn.Celestia.Tests.Shares;

public sealed class NamespaceVectorTests
{
    [Fact]
    public void NamespacesDecodeAndServeBlobsByTheRules()
    {
        foreach (JsonElement vector in Vectors.Json("namespaces.json").Each("vectors"))
        {
            byte[] bytes = vector.Base64("base64");
            Assert.Equal(vector.Text("hex"), Convert.ToHexStringLower(bytes));
            DaVerdict verdict = Namespace.TryDecode(bytes, out Namespace name);
            Assert.Equal(vector.GetProperty("decodes").GetBoolean(), verdict.IsValid);
            if (!verdict.IsValid)
            {
                Assert.Equal("DSDN-E-DA-NAMESPACE", verdict.Code);
                continue;
            }
            Assert.Equal(vector.GetProperty("valid_for_blob").GetBoolean(), name.IsForBlobs);
            Assert.Equal(bytes, name.ToArray());
        }
    }
}
