-- A Wireshark dissector that does what `deframe export` does: frames of a little-endian length and a magic, and in each a
-- payload for Wireshark's own protobuf dissector, which reads it without a schema.
local framed = Proto("framed", "Length and magic")
local size = ProtoField.uint32("framed.size", "Length of the frame")
framed.fields = { size }

local HEADER, PORT = 8, 8001
local protobuf = Dissector.get("protobuf")

local function frame_size(tvb, _, at)
  return HEADER + tvb(at, 4):le_uint()
end

local function show(tvb, pinfo, tree)
  tree:add(framed, tvb()):add(size, tvb(0, 4), tvb:len())
  if tvb:len() > HEADER then
    protobuf:call(tvb(HEADER):tvb(), pinfo, tree)
  end
  return tvb:len()
end

function framed.dissector(tvb, _, tree)
  dissect_tcp_pdus(tvb, tree, HEADER, frame_size, show)
  return tvb:len()
end

DissectorTable.get("tcp.port"):add(PORT, framed)
