namespace Dsdn.Chain.Mempool;

/// <summary>All pooled transactions by arrival: an intrusive list, so that leaving it costs a constant however many there are.</summary>
internal sealed class ArrivalList
{
    public PooledTransaction? Oldest { get; private set; }

    private PooledTransaction? _newest;

    public void Append(PooledTransaction item)
    {
        item.Earlier = _newest;
        if (_newest is null) Oldest = item;
        else _newest.Later = item;
        _newest = item;
    }

    public void Remove(PooledTransaction item)
    {
        if (item.Earlier is null) Oldest = item.Later;
        else item.Earlier.Later = item.Later;
        if (item.Later is null) _newest = item.Earlier;
        else item.Later.Earlier = item.Earlier;
        item.Earlier = null;
        item.Later = null;
    }
}
