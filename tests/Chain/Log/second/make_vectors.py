"""
Prints the byte vectors of the log as JSON: name to hex. The program's own test builds the same things from the same names and compares;
another one runs this file and compares with vectors.json beside it. To make that file anew: python3 make_vectors.py > ../vectors.json
"""
import json
import sys

import brotli_stored
import ed25519
import formats as f
import rlp
import secp256k1
from keccak import keccak256

CHAIN = 17847
VALID_UNTIL = 1_000_000
vectors = {}


def put(name, data):
    if name in vectors:
        raise ValueError(name)
    vectors[name] = "0x" + data.hex()
    return data


def word(name):
    return f.sha256(name.encode())


def seed(name):
    return word("key " + name)


KEYS = {}


def key(name):
    if name not in KEYS:
        KEYS[name] = ed25519.public_key(seed(name))
    return KEYS[name]


VERIFIED = set()


def sign(name, message):
    """The first signature of each key is verified too: the slow part of this program."""
    signature = ed25519.sign(seed(name), message)
    if name not in VERIFIED and not ed25519.verify(key(name), message, signature):
        raise ValueError("a signature that does not verify")
    VERIFIED.add(name)
    return signature


LOG = word("log")


def make_committee(members, epoch):
    if members == 1:
        return f.committee(CHAIN, 0, 1, key("m0"), [(f.address(1), key("m0"), bytes(32), key("m0"))], 1_000, 2**64 - 1, LOG)
    listed = [(f.address(i + 1), key(f"m{i}"), word(f"x{i}"), word(f"share{i}")) for i in range(members)]
    return f.committee(CHAIN, epoch, 2 * members // 3 + 1, key("group"), listed, 1_000, 1_000_000, word("seed"))


# Validators of the chain

VALIDATORS = [(f.address(0x100 + i), key(f"v{i}"), power, f.address(0x200 + i)) for i, power in enumerate((40, 30, 20, 10))]
SET_HASH = put("validators-hash", f.validators_hash(VALIDATORS))


def signed_by_validators(encoded, message, signers):
    return f.attested(encoded, f.bitmap(4, signers), [sign(f"v{i}", message) for i in signers])


# Tags, committees

for domain in f.TAGS:
    put("tag/" + domain, f.tag(domain))

COMMITTEE_OF_ONE = put("committee/1", make_committee(1, 0))
COMMITTEE = put("committee/4", make_committee(4, 2))
put("committee-hash/1", f.tagged_hash("Committee", COMMITTEE_OF_ONE))
COMMITTEE_HASH = put("committee-hash/4", f.tagged_hash("Committee", COMMITTEE))

# Anchor of the log

ANCHOR = {"chain": CHAIN, "epoch": 3, "set": SET_HASH, "seq": 12, "core": word("core"), "state": word("state"), "da_height": 0, "da_root": bytes(32)}
ANCHOR_ID = put("log-anchor-id", f.tagged_hash("Anchor", f.log_anchor(ANCHOR)))
put("log-anchor", signed_by_validators(f.log_anchor(ANCHOR), f.tag("Anchor") + ANCHOR_ID, [0, 1]))
ON_CELESTIA = {**ANCHOR, "da_height": 77, "da_root": word("data root")}
put("log-anchor-statement/celestia", f.log_anchor(ON_CELESTIA))

# A block of the chain as light clients see it

HEADER = [
    word("parent"), keccak256(rlp.encode([])), f.address(77), word("state"), word("transactions"), word("receipts"), bytes(256), 0, 42, 420_000_000, 21_000,
    1_700_000_000, word("extra"), word("mix"), bytes(8), 10**9]
CONSENSUS = [
    1, CHAIN, 42, 1_700_000_000_123, f.address(9), word("last commit"), SET_HASH, SET_HASH, word("params"), word("evidence"), word("vrf"), word("beacon"),
    word("modules"), bytes(32)]
SET = [1, [[operator, consensus_key, power, payout] for operator, consensus_key, power, payout in VALIDATORS]]
LIGHT_BLOCK = rlp.encode([1, HEADER, CONSENSUS, [1, 42, 2, word("block"), b"\x05", [b"\x01" * 64, b"\x02" * 64]], SET, SET])

# Bodies

CHUNK = {
    "agreement": word("agreement"), "file": word("file"), "chunk": word("chunk"), "length": 16_777_216, "coding": 0, "generation": 1, "roots": [word("root")]}
SHARDS = {**CHUNK, "coding": 1, "roots": [word(f"root{i}") for i in range(9)]}


def make_ack(chunk, node, slot):
    ack = {"slot": slot, "node": key(node), "zone": 10 + slot, "ticket": word("ticket"), "stored": 123_456 + slot}
    identity = put(f"store-ack-id/{chunk['coding']}/{slot}", f.store_ack_id(CHAIN, chunk, ack))
    return {**ack, "signature": sign(node, f.tag("StoreAck") + identity)}


ACKS = [make_ack(CHUNK, "n0", 0), make_ack(CHUNK, "n1", 2)]
SHARD_ACKS = [make_ack(SHARDS, "n0", 3), make_ack(SHARDS, "n1", 8)]
NODE_ROW = f.node_row(f.address(7), 1, 1, 5_000 * 10**18, word("tls"), 3, 1_111, 2_222, 0, 0, 2, False)
IPV4 = bytes(10) + b"\xff\xff" + bytes([127, 0, 1, 5])
IPV6 = bytes.fromhex("20010db8000000000000000000000001")
DELETED = sorted([word("chunk"), word("other chunk")])
USED = [(word("chunk"), 16_777_216), (word("other chunk"), 1)]

BODIES = {
    "NodeRegistered": key("n0") + NODE_ROW,
    "CommitteeRotated": f.u8(1) + COMMITTEE,
    "LogAnchored": f.u8(2) + f.log_anchor(ANCHOR),
    "AgreementChanged": f.u8(1) + word("agreement") + f.address(7) + f.u8(1) + f.u64(1 << 40) + f.u64(5_000) + f.u64(6_000) + f.u8(1),
    "SessionChanged": f.u8(2) + f.address(7) + f.address(8) + f.u8(3) + f.u64(7_000),
    "DeletionForced": f.u8(3) + f.delete_requested(word("agreement"), 2, DELETED),
    "NodeStats": f.node_stats([(1, IPV4, 45_840), (2, IPV6, 443), (3, IPV4, 45_841)], 1 << 40, 1 << 39, 77, 125, 100_000, 90_000),
    "ReplicaAdded": f.replica_added(word("chunk"), 1, 2, word("root"), 16_777_216, 123_456),
    "ReplicaRemoved": f.replica_removed(word("chunk"), 1, 2, 3),
    "AgreementUse": f.agreement_use(word("agreement"), word("file"), 0, USED),
    "ChunkDeclared": f.chunk_declared(CHUNK, ACKS),
    "ChunkDeclared/shards": f.chunk_declared(SHARDS, SHARD_ACKS),
    "DeleteRequested": f.delete_requested(word("agreement"), 1, DELETED),
    "ChainAnchor": f.chain_anchor([LIGHT_BLOCK], [f.feed_proof(1, 5, word("feed"), [b"\xc0", b"\xc1\x80"], [b"\xc2\x80\x80"], [])]),
    "PlacementDecided": f.placement_decided(word("chunk"), word("agreement"), 1, 0, 8, [(i, key(f"n{i}"), 10 + i) for i in range(3)]),
    "ReplicaLost": f.replica_removed(word("chunk"), 1, 2, 6) + key("n2"),
    "LivenessBitmap": f.liveness_bitmap(5, 6, 10, [0, 3, 9]),
    "Checkpoint": f.checkpoint(8, word("core"), word("data"), word("operations"), word("content"), 4_096),
    "FallbackActivated": f.u8(1) + f.u8(2) + f.u64(70) + f.u64(3_000),
    "FallbackDeactivated": f.u64(80) + f.u64(12) + f.u64(4_000),
    "ReconciliationStarted": f.u64(3) + f.u64(12) + f.u64(3_500),
    "ReconciliationCompleted": f.u64(14) + f.u64(11) + f.u64(1) + f.u64(3_900),
    "AuditAnswerRoot": f.u64(7) + f.u16(10) + word("answers"),
    "AuditOpened": f.u64(7),
    "AuditSeed": f.u64(7) + f.u64(8) + f.u64(90) + word("mix") + f.u16(64),
    "AuditVerdict": key("n0") + f.u64(7) + word("answers") + f.u16(10) + f.bitmap(10, [0, 3, 9]) + f.bitmap(10, [3]),
}

OWNED = {
    "AgreementUse": {"agreement": word("agreement"), "file": word("file"), "coding": 0, "chunks": [{"id": chunk, "length": length} for chunk, length in USED]},
    "ChunkDeclared": {**CHUNK, "acks": f.acks(ACKS)},
    "ChunkDeclared/shards": {**SHARDS, "acks": f.acks(SHARD_ACKS)},
    "DeleteRequested": {"agreement": word("agreement"), "scope": 1, "ids": DELETED},
}

put("state-root", f.state_root(word("data"), word("operations")))

# Events: node n0, the account "owner", the session key "session", the Nodes and Committee modules' feeds, the committee of four

EVENTS = {}


def put_event(name, encoded, unsigned):
    put("event-id/" + name, f.event_id(unsigned))
    EVENTS[name] = put("event/" + name, encoded)


def owner_event(name, content, owner, author_type, nonce):
    kind = name.split("/")[0]
    digest = put(f"owner-digest/{name}/{owner}", f.owner_digest(CHAIN, author_type, kind, OWNED[name], nonce, VALID_UNTIL))
    author = f.pad_address(secp256k1.address(seed(owner)))
    unsigned = f.unsigned_event(CHAIN, f.KINDS[kind], author_type, author, nonce, VALID_UNTIL, content)
    put_event(f"{name}/{owner}", unsigned + secp256k1.sign(seed(owner), digest), unsigned)


for place, (name, content) in enumerate(BODIES.items()):
    number = f.KINDS[name.split("/")[0]]
    if name != "NodeRegistered":
        put("body/" + name, content)
    if number < 64:
        module = 0x801 if number < 5 else 0x802 if number < 7 else f.AGREEMENTS
        event = f.unsigned_event(CHAIN, number, f.DERIVED, f.pad_address(f.address(module)), 5, 0, content)
        put_event(name, event, event)
    elif number < 128:
        event = f.unsigned_event(CHAIN, number, f.NODE, key("n0"), 1 << 48 | place, VALID_UNTIL, content)
        put_event(name, event + sign("n0", f.tag("Event") + f.event_id(event)), event)
    elif number < 192:
        owner_event(name, content, "owner", f.ACCOUNT, 2 << 48 | place)
        owner_event(name, content, "session", f.SESSION, 3 << 48 | place)
    else:
        event = f.unsigned_event(CHAIN, number, f.COMMITTEE, COMMITTEE_HASH, 9 << 16 | place, 0, content)
        put_event(name, event, event)
put("body/NodeRegistered", BODIES["NodeRegistered"])

put("feed-after", f.feed_after(word("feed"), BODIES["NodeRegistered"]))
put("feed-slot", f.feed_slots()[0])
put("feed-sequence-slot", f.feed_slots()[1])

# Receipt

RECEIPT = {
    "chain": CHAIN, "type": 1, "workload": word("job"), "agreement": word("agreement"), "node": key("n0"), "operator": f.address(7), "submitter": f.address(8),
    "from": 100, "to": 200, "replica": 1, "units": 1 << 100, "unit_kind": 1, "usage": word("usage"), "execution": word("execution"), "class": 2,
    "window": 3_600, "epoch": 2, "time": 5_000, "nullifier": word("nullifier")}
RECEIPT_BYTES = put("receipt", f.receipt(RECEIPT))
RECEIPT_ID = put("receipt-id", f.tagged_hash("Receipt", RECEIPT_BYTES))
put("receipt-node-message", f.tag("ReceiptNode") + RECEIPT_ID)

# Batches: the first one, raw, by a committee of one; one in the middle, stored by Brotli, by three of four


def put_batch(name, h, encoded_body, voters, members, group_key):
    put(f"{name}/header", f.header(h))
    put(f"{name}/core-hash", f.core_hash(h))
    message = put(f"{name}/final-vote", f.final_vote(h))
    votes = [sign(f"m{i}", message) for i in voters]
    who = f.bitmap(members, voters)
    commit = put(f"{name}/commit-hash", f.commit_hash(who, votes))
    group = sign(group_key, put(f"{name}/group-message", f.group_message(h, commit)))
    author = sign(f"m{h['author']}", put(f"{name}/envelope-message", f.envelope_message(h, commit, group)))
    return put(f"{name}/envelope", f.envelope(h, who, votes, group, author, encoded_body))


FIRST_BODY = put("first/body", f.body([], []))
FIRST = {
    "chain": CHAIN, "log": LOG, "epoch": 0, "seq": 1, "previous": LOG, "committee": f.tagged_hash("Committee", COMMITTEE_OF_ONE), "time": 3_000,
    "anchor": 0, "anchor_hash": LOG, "cursor": 0, "events": 0, "events_root": f.items_root([]), "receipts": 0, "receipts_root": f.items_root([]),
    "codec": 0, "length": len(FIRST_BODY), "body_hash": f.sha256(FIRST_BODY), "checkpoint": 0, "checkpoint_root": bytes(32), "author": 0}
FIRST_ENVELOPE = put_batch("first", FIRST, FIRST_BODY, [0], 1, "m0")

LISTED = [EVENTS[name] for name in ("NodeStats", "AgreementUse/owner", "ChunkDeclared/session", "PlacementDecided", "DeleteRequested/owner")]
NINTH_BODY = put("ninth/body", f.body(LISTED, [RECEIPT_BYTES]))
STORED = put("ninth/body-brotli", brotli_stored.encode(NINTH_BODY, 1_000))
NINTH = {
    **FIRST, "epoch": 2, "seq": 9, "previous": word("eighth"), "committee": COMMITTEE_HASH, "time": 20_000, "anchor": 42, "anchor_hash": word("block"),
    "cursor": 6, "events": len(LISTED), "events_root": f.items_root(LISTED), "receipts": 1, "receipts_root": f.items_root([RECEIPT_BYTES]), "codec": 1,
    "length": len(NINTH_BODY), "body_hash": f.sha256(STORED), "checkpoint": 8, "checkpoint_root": f.state_root(word("data"), word("operations")), "author": 2}
put_batch("ninth", NINTH, STORED, [0, 2, 3], 4, "group")
for index in range(len(LISTED)):
    put(f"ninth/proof/{index}", b"".join(f.merkle_path(LISTED, index)))
put("handoff-message", f.handoff_message(CHAIN, 3, word("next committee"), word("transcript")))

# Where a batch lies

NAMESPACE = bytes(19) + b"dsdn-log.."
put("pointer/celestia", f.celestia_pointer(77, NAMESPACE, 0, word("commitment"), 5_000, word("envelope")))
LOCATION = b"https://emergency.example/9"
EMERGENCY = sign("operator", put("emergency-message", f.emergency_message(word("envelope"), LOCATION)))
put("pointer/emergency", f.emergency_pointer(key("operator"), EMERGENCY, word("envelope"), LOCATION))

STATEMENT = {
    "chain": CHAIN, "epoch": 3, "set": SET_HASH, "seq": 1, "core": f.core_hash(FIRST), "namespace": NAMESPACE, "version": 0, "length": len(FIRST_ENVELOPE),
    "sha256": f.sha256(FIRST_ENVELOPE), "commitment": word("commitment"), "chunk_root": f.chunk_root(FIRST_ENVELOPE), "created": 3_000,
    "expires": 3_000 + 7 * 24 * 3_600 * 1_000}
STATEMENT_ID = put("statement-id", f.tagged_hash("Attestation", f.statement(STATEMENT)))
CERTIFICATE = put("certificate", signed_by_validators(f.statement(STATEMENT), f.tag("Attestation") + STATEMENT_ID, [0, 2, 3]))
CERTIFICATE_HASH = put("certificate-hash", f.tagged_hash("Certificate", CERTIFICATE))
put("pointer/quorum", f.u8(2) + CERTIFICATE_HASH)

for size in (1, 1_023, 1_024, 1_025, 3_072, 5_000):
    put(f"chunk-root/{size}", f.chunk_root(bytes(i % 251 for i in range(size))))

# Audits of what nodes hold

CONTENT = bytes(i % 251 for i in range(5_000))
LEAVES = [CONTENT[at:at + 1_024] for at in range(0, 5_000, 1_024)]
HELD = sorted((word(f"chunk{i}"), i) for i in range(3))
HOLDINGS = [chunk + f.u8(i) + f.u32(i) + f.chunk_root(CONTENT) + f.u64(5_000) + f.u64(5_000 * place) for place, (chunk, i) in enumerate(HELD)]
HOLDINGS_ROOT = put("audit/holdings-root", f.items_root(HOLDINGS))
AUDIT_SEED = put("audit/seed", f.tagged_hash("AuditSeed", f.u64(CHAIN) + f.u64(7) + word("mix") + key("n0") + HOLDINGS_ROOT))
DRAWS = []
for number in range(12):
    attempt = 0
    while (drawn := int.from_bytes(f.tagged_hash("AuditDraw", AUDIT_SEED + f.u32(number) + f.u32(attempt))[:8], "big")) >= 2**64 - 2**64 % 15_000:
        attempt += 1
    DRAWS.append((*HELD[drawn % 15_000 // 5_000], drawn % 5_000 // 1_024))
put("audit/draws", b"".join(chunk + f.u8(leaf) for chunk, _, leaf in DRAWS))


def answer(number):
    chunk, slot, leaf = DRAWS[number]
    path = f.merkle_path(LEAVES, leaf)
    shown = f.u8(0) if number == 5 else f.u8(1) + f.u32(leaf) + f.prefixed(LEAVES[leaf]) + f.u8(len(path)) + b"".join(path)
    return f.u32(number) + chunk + f.u8(slot) + shown


ANSWERS = [answer(number) for number in range(12)]
HEADING = key("n0") + f.u64(7) + f.u16(12)
ANSWERS_ROOT = f.items_root(ANSWERS)
SIGNED = sign("n0", f.tag("AuditAnswers") + f.tagged_hash("AuditAnswers", f.u64(CHAIN) + HEADING + ANSWERS_ROOT))
put("audit/sheet", HEADING + b"".join(f.prefixed(item) for item in ANSWERS) + SIGNED)
THIRD = f.merkle_path(ANSWERS, 3)
put("audit/signed-answer", HEADING + ANSWERS_ROOT + SIGNED + f.u16(3) + f.prefixed(ANSWERS[3]) + f.u8(len(THIRD)) + b"".join(THIRD))
put("audit/fault-leaf", f.u8(98) + key("n0") + f.u64(7) + f.u8(2) + f.u32(2) + f.u64(3_000) + f.u64(4_000) + f.u16(64) + f.u16(3) + word("answers"))
put("audit/leaf-proof", word("data") + f.u64(4) + f.u64(9) + f.u8(2) + word("a") + word("b"))

json.dump(vectors, sys.stdout, indent=2)
print()
