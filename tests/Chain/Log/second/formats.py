"""
The formats of docs/log-events.md, written a second time from that page: fixed width, big-endian, H = SHA-256, every preimage
behind the length byte and text of its tag.
"""
import hashlib

import eip712
import rlp
from keccak import keccak256

TAGS = {
    "Event": "DSDN/event/v1", "Batch": "DSDN/batch/v1", "Envelope": "DSDN/envelope/v1", "FinalVote": "DSDN/final/v1",
    "CommitteeVote": "DSDN/log-vote/v1", "Commit": "DSDN/commit/v1", "GroupBatch": "DSDN/frost-batch/v1",
    "GroupHandoff": "DSDN/frost-handoff/v1", "Committee": "DSDN/committee/v1", "Attestation": "DSDN/da-attest/v1",
    "Certificate": "DSDN/da-certificate/v1", "EmergencyCopy": "DSDN/da-emergency/v1", "Anchor": "DSDN/log-anchor/v1",
    "StateRoot": "DSDN/log-state/v1", "Empty": "DSDN/empty/v1", "Receipt": "DSDN/receipt/v1", "ReceiptNode": "DSDN/receipt-node/v1",
    "StoreAck": "DSDN/upload/v1", "AttestationAudit": "DSDN/da-audit/v1", "Placement": "DSDN/place/v1",
    "AuditSeed": "DSDN/audit-seed/v1", "AuditDraw": "DSDN/audit-draw/v1", "AuditAnswers": "DSDN/audit-answers/v1",
}

KINDS = {
    "NodeRegistered": 1, "NodeStatus": 2, "StakeChanged": 3, "NodeUpdated": 4, "CommitteeRotated": 5, "LogAnchored": 6,
    "AgreementChanged": 7, "SessionChanged": 8, "DeletionForced": 12,
    "NodeStats": 64, "ReplicaAdded": 67, "ReplicaRemoved": 68, "AuditAnswerRoot": 69, "AgreementUse": 128, "ChunkDeclared": 129, "DeleteRequested": 130,
    "ChainAnchor": 192, "PlacementDecided": 193, "ReplicaLost": 194, "LivenessBitmap": 195, "Checkpoint": 199,
    "FallbackActivated": 200, "FallbackDeactivated": 201, "ReconciliationStarted": 202, "ReconciliationCompleted": 203,
    "AuditSeed": 196, "AuditVerdict": 197, "AuditOpened": 204,
}

DERIVED, NODE, ACCOUNT, SESSION, COMMITTEE = range(5)
AGREEMENTS = 0x80A


def u8(value):
    return value.to_bytes(1, "big")


def u16(value):
    return value.to_bytes(2, "big")


def u32(value):
    return value.to_bytes(4, "big")


def u64(value):
    return value.to_bytes(8, "big")


def u128(value):
    return value.to_bytes(16, "big")


def prefixed(data):
    return u32(len(data)) + data


def sha256(data):
    return hashlib.sha256(data).digest()


def address(number):
    return number.to_bytes(20, "big")


def pad_address(value):
    return bytes(12) + value


def tag(domain):
    text = TAGS[domain].encode()
    return u8(len(text)) + text


def tagged_hash(domain, content):
    return sha256(tag(domain) + content)


def bitmap(count, members):
    return sum(1 << member for member in members).to_bytes((count + 7) // 8, "little")


def merkle_root(leaves, leaf=lambda data: sha256(b"\0" + data), node=lambda left, right: sha256(b"\1" + left + right)):
    """RFC 6962, 2.1: split at the largest power of two below the number of leaves."""
    if len(leaves) == 1:
        return leaf(leaves[0])
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node(merkle_root(leaves[:split], leaf, node), merkle_root(leaves[split:], leaf, node))


def merkle_path(leaves, index):
    if len(leaves) == 1:
        return []
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if index < split:
        return merkle_path(leaves[:split], index) + [merkle_root(leaves[split:])]
    return merkle_path(leaves[split:], index - split) + [merkle_root(leaves[:split])]


def items_root(items):
    return merkle_root(items) if items else tagged_hash("Empty", b"")


# Events


def unsigned_event(chain_id, kind, author_type, author, nonce, valid_until, body):
    return u8(1) + u64(chain_id) + u16(kind) + u8(author_type) + author + u64(nonce) + u64(valid_until) + prefixed(body)


def event_id(unsigned):
    return tagged_hash("Event", unsigned)


def node_row(operator, node_class, status, stake, tls, zone, registered, since, exit_due, cooldown, slashes, left):
    return rlp.encode([1, operator, node_class, status, stake, tls, zone, registered, since, exit_due, cooldown, slashes, int(left)])


def node_stats(endpoints, capacity, free, chunks, load, read, write):
    listed = b"".join(sorted(u8(role) + ip + u16(port) for role, ip, port in endpoints))
    return u8(len(endpoints)) + listed + u64(capacity) + u64(free) + u64(chunks) + u16(load) + u32(read) + u32(write)


def replica_added(chunk, generation, slot, root, length, stored):
    return chunk + u32(generation) + u8(slot) + root + u64(length) + u64(stored)


def replica_removed(chunk, generation, slot, reason):
    return chunk + u32(generation) + u8(slot) + u8(reason)


def agreement_use(agreement, file, coding, chunks):
    return agreement + file + u8(coding) + u16(len(chunks)) + b"".join(chunk + u64(length) for chunk, length in chunks)


def store_ack_id(chain_id, chunk, ack):
    root = chunk["roots"][0] if chunk["coding"] == 0 else chunk["roots"][ack["slot"]]
    return tagged_hash("StoreAck", u64(chain_id) + chunk["agreement"] + chunk["file"] + chunk["chunk"] + root + u64(chunk["length"])
                       + u8(chunk["coding"]) + u8(ack["slot"]) + u32(chunk["generation"]) + ack["node"] + u16(ack["zone"]) + ack["ticket"] + u64(ack["stored"]))


def acks(listed):
    return u8(len(listed)) + b"".join(
        u8(ack["slot"]) + ack["node"] + u16(ack["zone"]) + ack["ticket"] + u64(ack["stored"]) + ack["signature"] for ack in listed)


def chunk_declared(chunk, listed):
    return (chunk["agreement"] + chunk["file"] + chunk["chunk"] + u64(chunk["length"]) + u8(chunk["coding"]) + u32(chunk["generation"])
            + b"".join(chunk["roots"]) + acks(listed))


def delete_requested(agreement, scope, ids):
    return agreement + u8(scope) + u16(len(ids)) + b"".join(ids)


def nodes(listed):
    return u8(len(listed)) + b"".join(prefixed(node) for node in listed)


def feed_proof(module, sequence, feed, account_nodes, sequence_nodes, feed_nodes):
    return u8(module) + u64(sequence) + feed + nodes(account_nodes) + nodes(sequence_nodes) + nodes(feed_nodes)


def feed_after(feed, record):
    return keccak256(feed + record)


def feed_slots():
    """Scalar tables 6 and 7 without a key: Keccak of the table's number with bit 15 set."""
    return keccak256(u16(0x8006)), keccak256(u16(0x8007))


def chain_anchor(blocks, feeds):
    return u8(len(blocks)) + b"".join(prefixed(block) for block in blocks) + u8(len(feeds)) + b"".join(feeds)


def placement_decided(chunk, agreement, generation, coding, at_seq, replicas):
    return (chunk + agreement + u32(generation) + u8(coding) + u64(at_seq) + u8(len(replicas))
            + b"".join(u8(slot) + node + u16(zone) for slot, node, zone in replicas))


def liveness_bitmap(round_number, registry, count, alive):
    return u64(round_number) + u64(registry) + u32(count) + bitmap(count, alive)


def checkpoint(seq, core, data_root, operations_root, content_hash, content_bytes):
    return u64(seq) + core + data_root + operations_root + content_hash + u64(content_bytes)


def state_root(data_root, operations_root):
    return tagged_hash("StateRoot", data_root + operations_root)


OWNER_TYPES = {
    "AgreementUse": [("bytes32", "agreement"), ("bytes32", "file"), ("uint8", "coding"), ("Chunk[]", "chunks"), ("uint64", "nonce"), ("uint64", "validUntilMs")],
    "Chunk": [("bytes32", "id"), ("uint64", "length")],
    "ChunkDeclared": [
        ("bytes32", "agreement"), ("bytes32", "file"), ("bytes32", "chunk"), ("uint64", "length"), ("uint8", "coding"), ("uint32", "generation"),
        ("bytes32[]", "roots"), ("bytes", "acks"), ("uint64", "nonce"), ("uint64", "validUntilMs")],
    "DeleteRequested": [("bytes32", "agreement"), ("uint8", "scope"), ("bytes32[]", "ids"), ("uint64", "nonce"), ("uint64", "validUntilMs")],
}


def owner_digest(chain_id, author_type, kind, values, nonce, valid_until):
    name = "DSDN session" if author_type == SESSION else "DSDN"
    return eip712.digest(name, chain_id, address(AGREEMENTS), OWNER_TYPES, kind, {**values, "nonce": nonce, "validUntilMs": valid_until})


# Batches


def committee(chain_id, epoch, threshold, group, members, start, end, seed):
    listed = b"".join(validator + key + exchange + share for validator, key, exchange, share in members)
    return u64(chain_id) + u64(epoch) + u8(threshold) + u8(len(members)) + group + listed + u64(start) + u64(end) + seed


def body(events, receipts):
    return u32(len(events)) + b"".join(map(prefixed, events)) + u32(len(receipts)) + b"".join(map(prefixed, receipts))


def header(h):
    return (u8(1) + u64(h["chain"]) + h["log"] + u64(h["epoch"]) + u64(h["seq"]) + h["previous"] + h["committee"] + u64(h["time"])
            + u64(h["anchor"]) + h["anchor_hash"] + u64(h["cursor"]) + u32(h["events"]) + h["events_root"] + u32(h["receipts"]) + h["receipts_root"]
            + u8(h["codec"]) + u32(h["length"]) + h["body_hash"] + u64(h["checkpoint"]) + h["checkpoint_root"] + u16(h["author"]))


def core_hash(h):
    return tagged_hash("Batch", header(h))


def final_vote(h):
    return tag("FinalVote") + u64(h["chain"]) + u64(h["epoch"]) + u64(h["seq"]) + core_hash(h)


def commit_hash(voters, votes):
    return tagged_hash("Commit", voters + b"".join(votes))


def group_message(h, commit):
    return tag("GroupBatch") + u64(h["chain"]) + u64(h["epoch"]) + h["committee"] + core_hash(h) + commit


def handoff_message(chain_id, epoch, committee_hash, transcript):
    return tag("GroupHandoff") + u64(chain_id) + u64(epoch) + committee_hash + transcript


def envelope_message(h, commit, group):
    return tag("Envelope") + core_hash(h) + commit + group


def envelope(h, voters, votes, group, author, encoded_body):
    return header(h) + u8(len(voters)) + voters + b"".join(votes) + group + author + prefixed(encoded_body)


def receipt(r):
    return (u8(1) + u64(r["chain"]) + u8(r["type"]) + r["workload"] + r["agreement"] + r["node"] + r["operator"] + r["submitter"] + u64(r["from"])
            + u64(r["to"]) + u8(r["replica"]) + u128(r["units"]) + u8(r["unit_kind"]) + r["usage"] + r["execution"] + u8(r["class"]) + u32(r["window"])
            + u64(r["epoch"]) + u64(r["time"]) + r["nullifier"])


# Pointers, certificates, anchors


def celestia_pointer(height, namespace, version, commitment, length, digest):
    return u8(1) + u64(height) + namespace + u8(version) + commitment + u32(length) + digest


def emergency_message(digest, location):
    return tag("EmergencyCopy") + digest + location


def emergency_pointer(key, signature, digest, location):
    return u8(3) + key + signature + digest + prefixed(location)


def statement(s):
    return (u64(s["chain"]) + u64(s["epoch"]) + s["set"] + u64(s["seq"]) + s["core"] + s["namespace"] + u8(s["version"]) + u32(s["length"]) + s["sha256"]
            + s["commitment"] + s["chunk_root"] + u64(s["created"]) + u64(s["expires"]))


def attested(encoded, signers, signatures):
    return encoded + u8(len(signers)) + signers + b"".join(signatures)


def log_anchor(a):
    return (u64(a["chain"]) + u64(a["epoch"]) + a["set"] + u64(a["seq"]) + a["core"] + a["state"] + u64(a["da_height"]) + a["da_root"])


def chunk_root(content):
    leaves = [content[start:start + 1024] for start in range(0, len(content), 1024)]
    return sha256(b"\2" + u64(len(content)) + merkle_root(leaves))


def validators_hash(validators):
    """As in the blocks of the chain: Keccak over a padded tag and the root over rlp([payout, key, power, operator])."""
    leaves = [rlp.encode([payout, key, power, operator]) for operator, key, power, payout in validators]
    root = merkle_root(leaves, lambda data: keccak256(b"\0" + data), lambda left, right: keccak256(b"\1" + left + right))
    return keccak256(b"DSDN/consensus/validators/1".ljust(32, b"\0") + root)
