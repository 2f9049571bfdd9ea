-- A Wireshark dissector of the Star Network framing, to compare with: a little-endian length, a magic, a payload.
-- With FRAMED_SEARCH in the environment it looks for the magic where no header is; without, it is what Wireshark's
-- documentation recommends for such protocols.
local framed = Proto("framed", "Length and magic")
local size = ProtoField.uint32("framed.size", "Length of the frame")
framed.fields = { size }

local HEADER, PORT, MOST = 8, 8001, 16 * 1024 * 1024

local function frame_size(tvb, _, at)
  return HEADER + tvb(at, 4):le_uint()
end

local function show(tvb, _, tree)
  tree:add(framed, tvb()):add(size, tvb(0, 4), tvb:len())
  return tvb:len()
end

local function is_header(tvb, at)
  return tvb(at + 4, 4):uint() == 0xefbeadde and tvb(at, 4):le_uint() <= MOST
end

local function search(tvb, pinfo, tree)
  local at = 0
  while at < tvb:len() do
    local left = tvb:len() - at
    local missing = 0
    if left < HEADER then
      missing = DESEGMENT_ONE_MORE_SEGMENT
    elseif not is_header(tvb, at) then
      at = at + 1
      goto continue
    elseif left < frame_size(tvb, pinfo, at) then
      missing = frame_size(tvb, pinfo, at) - left
    end
    if missing ~= 0 then
      pinfo.desegment_offset = at
      pinfo.desegment_len = missing
      return tvb:len()
    end
    local len = frame_size(tvb, pinfo, at)
    show(tvb(at, len):tvb(), pinfo, tree)
    at = at + len
    ::continue::
  end
  return tvb:len()
end

function framed.dissector(tvb, pinfo, tree)
  if os.getenv("FRAMED_SEARCH") then
    return search(tvb, pinfo, tree)
  end
  dissect_tcp_pdus(tvb, tree, HEADER, frame_size, show)
  return tvb:len()
end

DissectorTable.get("tcp.port"):add(PORT, framed)
