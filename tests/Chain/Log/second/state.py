"""
The state of the log, written a second time from docs/log-state.md: reads a log that `dsdn log export` wrote and prints both parts' roots after each
batch. It believes the batches (no signatures are checked) and knows the kinds that the scripted log of the tests has.

    python3 state.py scripted.dsdnlog
"""
import json
import sys

import placement
from formats import sha256, tagged_hash, u8, u16, u32, u64, u128

HOUR = 60 * 60 * 1_000
ACTIVE = 1
SLOTS = (3, 9)


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        part = self.data[self.at:self.at + count]
        if len(part) != count:
            raise ValueError("cut off")
        self.at += count
        return part

    def number(self, count):
        return int.from_bytes(self.take(count), "big")

    def prefixed(self):
        return self.take(self.number(4))

    def rest(self):
        return self.take(len(self.data) - self.at)

    def hashes(self, count):
        return [self.take(32) for _ in range(count)]


def rlp_items(data):
    """The items of a list: bytes, or the encoding of an inner list."""
    def item(at):
        head = data[at]
        if head < 0x80:
            return data[at:at + 1], at + 1
        if head < 0xB8:
            return data[at + 1:at + 1 + head - 0x80], at + 1 + head - 0x80
        if head < 0xC0:
            width = head - 0xB7
            length = int.from_bytes(data[at + 1:at + 1 + width], "big")
            return data[at + 1 + width:at + 1 + width + length], at + 1 + width + length
        width = max(head - 0xF7, 0)
        length = int.from_bytes(data[at + 1:at + 1 + width], "big") if width else head - 0xC0
        return data[at:at + 1 + width + length], at + 1 + width + length

    width = max(data[0] - 0xF7, 0)
    at, items = 1 + width, []
    while at < len(data):
        found, at = item(at)
        items.append(found)
    return items


def tree(leaves):
    """RFC 6962, 2.1."""
    if not leaves:
        return tagged_hash("Empty", b"")
    nodes = [sha256(b"\x00" + leaf) for leaf in leaves]

    def root(part):
        if len(part) == 1:
            return part[0]
        split = 1
        while split * 2 < len(part):
            split *= 2
        return sha256(b"\x01" + root(part[:split]) + root(part[split:]))

    return root(nodes)


class Log:
    def __init__(self, genesis):
        reader = Reader(genesis)
        assert reader.number(1) == 3
        self.chain, self.log_id, self.every = reader.number(8), reader.take(32), reader.number(4)
        _, self.suspect_rounds = reader.number(8), reader.number(4)
        _, _, _, _, _ = (reader.number(8) for _ in range(5))
        self.takes_loopback = reader.number(1) == 1
        self.audit_every, self.audit_soft, self.audit_hard, self.audit_draws, self.audit_blocks = (reader.number(n) for n in (8, 8, 8, 2, 8))
        self.has_agreements = reader.number(1) == 1
        self.terms, self.sessions = {}, {}
        reader.prefixed()
        self.committees = {0: reader.prefixed()}
        self.audit, self.node_audits, self.audit_faults, self.departed = None, {}, {}, {}
        self.nodes, self.agreements, self.chunks, self.references, self.replicas = {}, {}, {}, set(), {}
        self.stats, self.liveness, self.lanes, self.reservations, self.tally, self.kept = {}, {}, {}, {}, {}, {}
        self.head = self.block = self.checkpoint = self.fallback = self.reconciliation = None
        self.feeds, self.round, self.registry, self.seq = {}, 0, 0, 0
        self.core_hash = None
        self.set_epoch, self.set_hash = 0, None

    # Leaves

    def data_leaves(self):
        for node, row in self.nodes.items():
            f = rlp_items(row)
            number = lambda i: int.from_bytes(f[i], "big")
            yield u8(1) + node + f[1] + u8(number(2)) + u8(number(3)) + u8(number(12)) + u16(number(6)) + f[5]
        for agreement, (owner, references, held) in self.agreements.items():
            yield u8(2) + agreement + owner + u64(references) + u128(held)
        for chunk, c in self.chunks.items():
            yield u8(3) + chunk + u8(c["life"]) + u32(c["generation"]) + u8(c["coding"]) + u64(c["length"]) + u8(c["placed"] != 0) + b"".join(c["roots"])
        for reference in self.references:
            yield u8(4) + b"".join(reference)
        for (chunk, slot, node), (life, generation, zone, _) in self.replicas.items():
            yield u8(5) + chunk + u8(slot) + node + u8(life) + u32(generation) + u16(zone)

    def operations_leaves(self):
        for table, value in ((64, self.head), (65, self.block), (66, u64(self.set_epoch) + self.set_hash), (67, self.checkpoint), (69, self.fallback), (70, self.reconciliation)):
            if value is not None:
                yield u8(table) + value
        if self.round:
            yield u8(71) + u64(self.round) + u64(self.registry)
        if self.feeds:
            yield u8(72) + b"".join(u8(module) + u64(seq) + feed for module, (seq, feed) in sorted(self.feeds.items()))
        for epoch, committee in self.committees.items():
            yield u8(73) + u64(epoch) + committee
        for node, row in self.nodes.items():
            yield u8(74) + node + row
        for node, (seq, time, body) in self.stats.items():
            yield u8(75) + node + u64(seq) + u64(time) + body
        for node, (reached, missed, since) in self.liveness.items():
            yield u8(76) + node + u64(reached) + u32(missed) + u64(since)
        for (kind, author, lane), counter in self.lanes.items():
            yield u8(77) + u8(kind) + author + u16(lane) + u64(counter)
        for key, (coding, length, expires, seq, places) in self.reservations.items():
            row = u8(coding) + u64(length) + u64(expires) + u64(seq) + u8(len(places))
            yield u8(78) + b"".join(key) + row + b"".join(u8(slot) + node + u16(zone) for slot, node, zone in places)
        for chunk, c in self.chunks.items():
            yield u8(79) + chunk + u64(c["reserved"]) + u64(c["declared"]) + u64(c["placed"]) + u64(c["deleted"])
        if self.audit:
            a = self.audit
            yield u8(96) + u64(a["epoch"]) + u64(a["at"]) + u64(a["opened"]) + u64(a["anchor"]) + u64(a["height"]) + a["beacon"] + u64(a["seeded"])
        for node, n in self.node_audits.items():
            yield (u8(97) + node + u64(n["epoch"]) + n["root"] + u32(n["replicas"]) + u64(n["bytes"]) + u16(n["draws"]) + n["answers"] + u64(n["answered"]) + u8(n["judged"])
                   + u64(n["audits"]) + u32(n["silent"]) + u32(n["failed"]) + u64(n["since"]) + u64(n["proven_seq"]) + u64(n["proven"]) + b"".join(map(u64, n["faults"])))
        for (node, epoch), fault in self.audit_faults.items():
            yield u8(98) + node + u64(epoch) + fault
        for (chunk, slot, node), row in self.replicas.items():
            yield u8(99) + chunk + u8(slot) + node + u64(row[3])
        for (chunk, slot, node), (excused, generation, length, root) in self.departed.items():
            yield u8(100) + chunk + u8(slot) + node + u8(excused) + u32(generation) + u64(length) + root
        for (scope, number), count in self.tally.items():
            yield u8(80) + u8(scope) + u16(number) + u64(count)
        for seq, (core, data, operations) in self.kept.items():
            yield u8(81) + u64(seq) + core + data + operations
        for agreement, term in self.terms.items():
            yield u8(82) + agreement + term
        for (owner, key), session in self.sessions.items():
            yield u8(83) + owner + key + session

    def roots(self):
        return tree(sorted(self.data_leaves())), tree(sorted(self.operations_leaves()))

    # Batches

    def apply(self, envelope):
        reader = Reader(envelope)
        header = reader.take(328)
        fields = Reader(header)
        fields.take(1 + 8 + 32 + 8)
        seq = fields.number(8)
        fields.take(32 + 32)
        self.time, self.anchor_height = fields.number(8), fields.number(8)
        votes = sum(bin(byte).count("1") for byte in reader.take(reader.number(1)))
        reader.take(64 * (votes + 2))
        body = Reader(reader.prefixed())
        if self.seq and self.seq % self.every == 0:
            self.kept[self.seq] = (self.core_hash, *self.roots())
            self.kept = dict(sorted(self.kept.items())[-8:])
        self.seq = seq
        self.active_before = sorted(node for node in self.nodes if self.is_active(node))
        self.reservations = {key: row for key, row in self.reservations.items() if row[2] > self.time}
        self.release()
        for _ in range(body.number(4)):
            self.take(body.prefixed())
        self.beacon()
        self.head, self.core_hash = header, tagged_hash("Batch", header)

    def take(self, encoded):
        reader = Reader(encoded)
        reader.take(1 + 8)
        kind, author_type, author, nonce = reader.number(2), reader.number(1), reader.take(32), reader.number(8)
        reader.take(8)
        body = reader.prefixed()
        fault = 0
        if self.has_agreements and author_type in (2, 3):
            fault = self.authority(kind, author_type, author[12:], body[:32])
        if author_type in (1, 2, 3) and not fault:
            lane = (author_type, author, nonce >> 48)
            if nonce % 2**48 <= self.lanes.get(lane, -1):
                fault = 25
            else:
                self.lanes[lane] = nonce % 2**48
        if not fault:
            fault = self.rule(kind, author, body) or 0
        key = (2, fault) if fault else (1, kind)
        self.tally[key] = self.tally.get(key, 0) + 1

    def rule(self, kind, author, body):
        reader = Reader(body)
        if kind in (1, 2, 3, 4):
            node = reader.take(32)
            self.nodes[node] = reader.rest()
        elif kind == 7:
            agreement, owner = body[1:33], body[33:53]
            self.agreements.setdefault(agreement, (owner, 0, 0))
            self.terms[agreement] = body[53:]
        elif kind == 8:
            owner, key = body[1:21], body[21:41]
            self.sessions.pop((owner, key), None)
            if body[41]:
                self.sessions[owner, key] = body[41:]
        elif kind == 12:
            return self.delete(Reader(body[1:]))
        elif kind == 64:
            self.stats[author] = (self.seq, self.time, body)
        elif kind == 67:
            chunk, generation, slot = reader.take(32), reader.number(4), reader.number(1)
            life, _, zone, held = self.replicas[chunk, slot, author]
            self.replicas[chunk, slot, author] = (2, generation, zone, held if life == 2 else self.seq)
        elif kind == 68:
            chunk, _, slot = reader.take(32), reader.number(4), reader.number(1)
            if (chunk, slot, author) not in self.replicas:
                return 110
            self.departs((chunk, slot, author), False)
            del self.replicas[chunk, slot, author]
        elif kind == 69:
            return self.answered(author, reader)
        elif kind == 128:
            agreement, file, coding = reader.take(32), reader.take(32), reader.number(1)
            reserved = {}
            owner = self.agreements.get(agreement, (author[12:], 0, 0))[0]
            fault = self.over_quota(agreement, file, coding, body[67:]) if self.has_agreements else 0
            if fault:
                return fault
            for _ in range(reader.number(2)):
                chunk, length = reader.take(32), reader.number(8)
                fault, places = self.reserve(agreement, owner, chunk, length, coding)
                if fault:
                    return fault
                reserved[agreement, file, chunk] = (coding, length, self.time + HOUR, self.seq, places)
            self.agreements.setdefault(agreement, (author[12:], 0, 0))
            self.reservations.update(reserved)
        elif kind == 129:
            if self.has_agreements and self.term(body[:32])[2] <= self.time:
                return 131
            return self.declare(reader)
        elif kind == 130:
            return self.delete(reader)
        elif kind == 192:
            self.anchor(reader)
        elif kind == 193:
            return self.place(reader)
        elif kind == 194:
            chunk, _, slot, _, node = reader.take(32), reader.number(4), reader.number(1), reader.number(1), reader.take(32)
            self.departs((chunk, slot, node), True)
            del self.replicas[chunk, slot, node]
        elif kind == 195:
            self.live(reader)
        elif kind == 196:
            return self.seeded(reader)
        elif kind == 197:
            return self.judged(reader)
        elif kind == 204:
            return self.opened(reader)
        elif kind == 199:
            self.checkpoint = body
        elif kind == 200:
            activations = int.from_bytes(self.fallback[35 - 8:35], "big") if self.fallback else 0
            self.fallback = u8(1) + body + u64(self.seq) + u64(activations + 1) + u64(0) + u64(0)
        elif kind == 201:
            recovery, reconciled, at = reader.number(8), reader.number(8), reader.number(8)
            self.fallback = u8(0) + self.fallback[1:11] + u64(at) + u64(self.seq) + self.fallback[27:35] + u64(recovery) + u64(reconciled)
        elif kind == 202:
            first, pending, at = reader.number(8), reader.number(8), reader.number(8)
            self.reconciliation = u8(1) + u64(first) + u64(pending) + u64(0) * 3 + u64(at) + u64(self.seq)
        elif kind == 203:
            last, reconciled, failed, at = (reader.number(8) for _ in range(4))
            self.reconciliation = u8(0) + self.reconciliation[1:17] + u64(last) + u64(reconciled) + u64(failed) + u64(at) + u64(self.seq)
        else:
            raise ValueError(f"kind {kind}")
        return 0

    def term(self, agreement):
        """coding, quota, end, release"""
        term = Reader(self.terms[agreement])
        return term.number(1), term.number(8), term.number(8), term.number(8)

    def authority(self, kind, author_type, signer, agreement):
        if agreement not in self.agreements:
            return 130
        owner = self.agreements[agreement][0]
        if author_type == 2:
            return 0 if owner == signer else 101
        if (owner, signer) not in self.sessions:
            return 102
        session = Reader(self.sessions[owner, signer])
        scopes, expires = session.number(1), session.number(8)
        if expires <= self.time:
            return 135
        return 0 if scopes & (2 if kind == 130 else 1) else 134

    def over_quota(self, agreement, file, coding, chunks):
        paid, quota, end, _ = self.term(agreement)
        if end <= self.time:
            return 131
        if paid == 1 and coding == 0:
            return 132
        lengths = {key: row[1] for key, row in self.reservations.items() if key[0] == agreement}
        for at in range(0, len(chunks), 40):
            lengths[agreement, file, chunks[at:at + 32]] = int.from_bytes(chunks[at + 32:at + 40], "big")
        return 133 if self.agreements[agreement][2] + sum(lengths.values()) > quota else 0

    def release(self):
        """What is no longer to be stored, earliest agreement first, then by chunk and file; 1,024 references a batch."""
        due = sorted((self.term(agreement)[3], agreement) for agreement in self.terms)
        ended = [r for release, agreement in due if release <= self.time for r in sorted(r for r in self.references if r[1] == agreement)]
        for chunk, agreement, file in ended[:1_024]:
            self.drop((chunk, agreement, file))

    def is_active(self, node):
        f = rlp_items(self.nodes[node])
        return f[3] == b"\x01" and f[12] == b""

    def placeable(self):
        """Active, not suspect, with an endpoint for chunks, and with more than a fifth free. Epoch 0 has no age of a seed."""
        for node, row in self.nodes.items():
            if not self.is_active(node) or node not in self.stats or self.liveness.get(node, (0, 0, 0))[1] >= self.suspect_rounds:
                continue
            stats = Reader(self.stats[node][2])
            stats.take(19 * stats.number(1))
            capacity, free, net = stats.number(8), stats.number(8), self.network(node)
            room = free + capacity * -20 // 100
            if net is not None and room > 0:
                f = rlp_items(row)
                yield node, f[1], int.from_bytes(f[6], "big"), net, free, room

    def network(self, node):
        stats = Reader(self.stats[node][2])
        endpoints = [(stats.number(1), stats.take(16), stats.number(2)) for _ in range(stats.number(1))]
        storage = [(ip, port) for role, ip, port in endpoints if role == 1]
        return placement.network(*storage[0], self.takes_loopback) if storage else None

    def reserve(self, agreement, owner, chunk, length, coding):
        if chunk in self.chunks and self.chunks[chunk]["life"] == 1:
            return 0, []
        nodes = list(self.placeable())
        if coding == 1 and len({node[2] for node in nodes}) < placement.ZONES[coding]:
            return 116, []
        places = placement.place(nodes, self.committees[0][-32:], agreement, owner, chunk, length, coding)
        return (0 if len(places) >= placement.ACKS[coding] else 117), places

    def anchor(self, reader):
        blocks = [reader.prefixed() for _ in range(reader.number(1))]
        self.block = blocks[-1]
        next_hash = rlp_items(rlp_items(self.block)[2])[7]
        if next_hash != self.set_hash and self.set_hash is not None:
            self.set_epoch += 1
        self.set_hash = next_hash
        for _ in range(reader.number(1)):
            module, sequence, feed = reader.number(1), reader.number(8), reader.take(32)
            for _ in range(3):
                for _ in range(reader.number(1)):
                    reader.prefixed()
            self.feeds[module] = (sequence, feed)

    def declare(self, reader):
        agreement, file, chunk = reader.hashes(3)
        length, coding, generation = reader.number(8), reader.number(1), reader.number(4)
        roots = reader.hashes(1 if coding == 0 else 9)
        acks = []
        for _ in range(reader.number(1)):
            slot, node, zone = reader.number(1), reader.take(32), reader.number(2)
            reader.take(32 + 8 + 64)
            acks.append((slot, node, zone))
        reservation = self.reservations.get((agreement, file, chunk))
        if reservation is None or reservation[:2] != (coding, length):
            return 103
        known = self.chunks.get(chunk)
        if generation != (0 if known is None else known["generation"] + (known["life"] == 2)):
            return 104
        is_new = known is None or known["life"] == 2
        if any(ack not in reservation[4] if is_new else (chunk, ack[0], ack[1]) not in self.replicas for ack in acks):
            return 107
        del self.reservations[agreement, file, chunk]
        if is_new:
            for slot, node, zone in reservation[4]:
                self.replicas[chunk, slot, node] = (1, generation, zone, 0)
            self.chunks[chunk] = {
                "life": 1, "generation": generation, "coding": coding, "length": length, "roots": roots, "reserved": reservation[3], "declared": self.seq, "placed": 0, "deleted": 0}
        self.references.add((chunk, agreement, file))
        owner, references, held = self.agreements[agreement]
        self.agreements[agreement] = (owner, references + 1, held + length)
        for slot, node, zone in acks:
            life, before, _, held = self.replicas.get((chunk, slot, node), (0, 0, 0, 0))
            self.replicas[chunk, slot, node] = (2, generation, zone, held if (life, before) == (2, generation) else self.seq)
        return 0

    def place(self, reader):
        chunk, agreement, generation = reader.take(32), reader.take(32), reader.number(4)
        _, at = reader.number(1), reader.number(8)
        placed = [(reader.number(1), reader.take(32), reader.number(2)) for _ in range(reader.number(1))]
        c = self.chunks[chunk]
        rows = sorted((slot, -life, node, zone) for (of, slot, node), (life, g, zone, _) in self.replicas.items() if of == chunk and g == generation)
        if c["placed"] == 0:
            if at != c["reserved"] or placed != [(slot, node, zone) for slot, _, node, zone in rows]:
                return 109
        else:
            kept = {}
            for slot, _, node, zone in rows:
                if not self.is_leaving(node):
                    kept.setdefault(slot, (slot, node, zone, rlp_items(self.nodes[node])[1], self.network(node)))
            owner = self.agreements[agreement][0]
            again = placement.place(list(self.placeable()), self.committees[0][-32:], agreement, owner, chunk, c["length"], c["coding"], list(kept.values()))
            if at != self.seq - 1 or placed != again or len(again) == len(kept):
                return 109
        for slot, node, _ in placed:
            for key in [k for k, row in self.replicas.items() if k[:2] == (chunk, slot) and k[2] != node and row[0] == 1]:
                del self.replicas[key]
        for slot, node, zone in placed:
            if self.replicas.get((chunk, slot, node), (0, -1, 0, 0))[1] != generation:
                self.replicas[chunk, slot, node] = (1, generation, zone, 0)
        c["placed"] = self.seq
        return 0

    def is_leaving(self, node):
        f = rlp_items(self.nodes[node])
        return f[3] == b"\x04" and f[12] == b""

    def delete(self, reader):
        agreement, scope = reader.take(32), reader.number(1)
        ids = reader.hashes(reader.number(2))
        gone = [r for r in self.references if r[1] == agreement and r[0 if scope == 1 else 2] in ids]
        if not gone:
            return 112
        for reference in gone:
            self.drop(reference)
        return 0

    def drop(self, reference):
        chunk, agreement = self.chunks[reference[0]], reference[1]
        self.references.remove(reference)
        owner, references, held = self.agreements[agreement]
        self.agreements[agreement] = (owner, references - 1, held - chunk["length"])
        if not any(r[0] == reference[0] for r in self.references):
            for key in [key for key in self.replicas if key[0] == reference[0]]:
                self.departs(key, True)
            chunk["life"], chunk["deleted"] = 2, self.seq
            self.replicas = {key: row for key, row in self.replicas.items() if key[0] != reference[0] or row[0] == 2}

    def live(self, reader):
        self.round, self.registry = reader.number(8), reader.number(8)
        count = reader.number(4)
        bits = reader.rest()
        assert count == len(self.active_before)
        for i, node in enumerate(self.active_before):
            if bits[i // 8] >> (i % 8) & 1:
                self.liveness[node] = (self.round, 0, 0)
            else:
                reached, missed, since = self.liveness.get(node, (0, 0, 0))
                self.liveness[node] = (reached, missed + 1, since or self.time)

    # Audits

    def held(self, key, seq):
        """generation, length, root of what was held up to a batch and is to be audited."""
        life, generation, _, since = self.replicas[key]
        chunk = self.chunks[key[0]]
        if life != 2 or since > seq or chunk["life"] != 1 or chunk["generation"] != generation or key in self.departed:
            return None
        if chunk["coding"] == 0:
            return generation, chunk["length"], chunk["roots"][0]
        return generation, (chunk["length"] + 383) // 384 * 64, chunk["roots"][key[1]]

    def departs(self, key, excused):
        frozen = self.held(key, self.audit["at"] - 1) if self.audit else None
        if frozen is None:
            return
        others = [k for k, row in self.replicas.items() if k[:2] == key[:2] and k != key and row[:2] == (2, frozen[0])]
        self.departed[key] = (excused or bool(others) or not self.is_active(key[2]), *frozen)

    def answering(self, node):
        f = rlp_items(self.nodes[node])
        return self.is_active(node) or (f[3], f[12]) == (b"\x04", b"")

    def opened(self, reader):
        epoch = reader.number(8)
        if epoch != (self.audit["epoch"] if self.audit else 0) + 1 or (self.audit and self.time < self.audit["opened"] + self.audit_every):
            return 140
        self.departed = {}
        self.audit = {"epoch": epoch, "at": self.seq, "opened": self.time, "anchor": self.anchor_height, "height": 0, "beacon": bytes(32), "seeded": 0}
        holdings = {}
        for key in sorted(self.replicas):
            row = self.held(key, self.seq - 1)
            if row:
                holdings.setdefault(key[2], []).append((key, row))
        for node, rows in holdings.items():
            if not self.answering(node):
                continue
            start, leaves = 0, []
            for (chunk, slot, _), (generation, length, root) in rows:
                leaves.append(chunk + u8(slot) + u32(generation) + root + u64(length) + u64(start))
                start += length
            registered = int.from_bytes(rlp_items(self.nodes[node])[7], "big")
            is_new = self.time < registered + 7 * 24 * HOUR
            before = self.node_audits.get(node, {"audits": 0, "silent": 0, "failed": 0, "since": 0, "proven_seq": 0, "proven": 0, "faults": (0, 0, 0)})
            self.node_audits[node] = {
                **before, "epoch": epoch, "root": tree(leaves), "replicas": len(rows), "bytes": start, "draws": self.audit_draws * (4 if is_new else 1), "answers": bytes(32),
                "answered": 0, "judged": 0}
        return 0

    def beacon(self):
        if not self.audit or self.audit["height"] or not self.block:
            return
        block = rlp_items(self.block)
        header, consensus = rlp_items(block[1]), rlp_items(block[2])
        height, made = int.from_bytes(header[8], "big"), int.from_bytes(consensus[3], "big")
        if height >= self.audit["anchor"] + self.audit_blocks and made > self.audit["opened"]:
            self.audit = {**self.audit, "height": height, "beacon": header[13]}

    def seeded(self, reader):
        epoch, at, height, beacon, draws = reader.number(8), reader.number(8), reader.number(8), reader.take(32), reader.number(2)
        a = self.audit
        if not a or a["seeded"] or epoch != a["epoch"]:
            return 140
        if not a["height"] or (at, height, beacon, draws) != (a["at"], a["height"], a["beacon"], self.audit_draws):
            return 141
        a["seeded"] = self.time
        return 0

    def answered(self, author, reader):
        epoch, count, root = reader.number(8), reader.number(2), reader.take(32)
        if not self.audit or not self.audit["seeded"] or epoch != self.audit["epoch"]:
            return 140
        n = self.node_audits.get(author)
        if n is None or n["epoch"] != epoch or n["judged"] or n["answers"] != bytes(32):
            return 142
        if count != n["draws"] or self.time > self.audit["seeded"] + self.audit_hard:
            return 143
        n["answers"], n["answered"] = root, self.time
        return 0

    def judged(self, reader):
        node, epoch, root, draws = reader.take(32), reader.number(8), reader.take(32), reader.number(2)
        width = (draws + 7) // 8
        passed, late = reader.take(width), reader.take(width)
        if not self.audit or not self.audit["seeded"] or epoch != self.audit["epoch"]:
            return 140
        n = self.node_audits.get(node)
        if n is None or not self.answering(node) or n["epoch"] != epoch or n["judged"]:
            return 142
        right = sum(bin(byte).count("1") for byte in passed)
        fits = right == 0 if root == bytes(32) else root == n["answers"]
        is_late = n["answered"] > self.audit["seeded"] + self.audit_soft
        timely = right == draws or self.time > self.audit["seeded"] + self.audit_hard
        if draws != n["draws"] or not fits or late != (passed if is_late else bytes(width)) or not timely:
            return 144
        n["judged"], n["audits"] = 1, n["audits"] + 1
        if right == draws:
            n["silent"] = n["failed"] = n["since"] = 0
            n["proven_seq"], n["proven"] = self.audit["at"] - 1, self.time
            return 0
        silent = root == bytes(32)
        if not n["silent" if silent else "failed"]:
            n["since"] = self.audit["seeded"]
        n["silent"], n["failed"] = (n["silent"] + 1, 0) if silent else (0, n["failed"] + 1)
        n["faults"] = (self.time, *n["faults"][:2])
        self.audit_faults[node, epoch] = (
            u8(1 if silent else 2) + u32(n["silent"] if silent else n["failed"]) + u64(n["since"]) + u64(self.time) + u16(draws) + u16(draws - right) + root)
        return 0


def main(path):
    with open(path, "rb") as file:
        data = Reader(file.read())
    if data.take(8) != b"DSDNLOG1":
        raise ValueError("not an exported log")
    log = Log(data.prefixed())
    batches = []
    while data.at < len(data.data):
        log.apply(data.prefixed())
        parts = log.roots()
        batches.append({"seq": log.seq, "data": "0x" + parts[0].hex(), "operations": "0x" + parts[1].hex(), "state": "0x" + tagged_hash("StateRoot", parts[0] + parts[1]).hex()})
    json.dump(batches, sys.stdout, indent=2)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
