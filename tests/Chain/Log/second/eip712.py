"""hashStruct and the digest of EIP-712 for the types that owners of the log sign."""
import re

from keccak import keccak256


def word(value):
    return value.to_bytes(32, "big") if isinstance(value, int) else value.rjust(32, b"\0")


def encode_type(types, name):
    used, pending = [], [name]
    while pending:
        current = pending.pop()
        if current in used or current not in types:
            continue
        used.append(current)
        pending += [re.sub(r"\[\d*\]$", "", kind) for kind, _ in types[current]]
    ordered = [name] + sorted(other for other in used if other != name)
    return "".join(each + "(" + ",".join(f"{kind} {field}" for kind, field in types[each]) + ")" for each in ordered)


def encode_value(types, kind, value):
    if kind.endswith("[]"):
        return keccak256(b"".join(encode_value(types, kind[:-2], item) for item in value))
    if kind in types:
        return hash_struct(types, kind, value)
    if kind == "string":
        return keccak256(value.encode())
    if kind == "bytes":
        return keccak256(value)
    return word(value)


def hash_struct(types, name, values):
    data = keccak256(encode_type(types, name).encode())
    for kind, field in types[name]:
        data += encode_value(types, kind, values[field])
    return keccak256(data)


DOMAIN = {"EIP712Domain": [("string", "name"), ("string", "version"), ("uint256", "chainId"), ("address", "verifyingContract")]}


def digest(domain_name, chain_id, contract, types, name, values):
    domain = {"name": domain_name, "version": "1", "chainId": chain_id, "verifyingContract": contract}
    return keccak256(b"\x19\x01" + hash_struct(DOMAIN, "EIP712Domain", domain) + hash_struct(types, name, values))
