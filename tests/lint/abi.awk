# From the debugging information of the public headers: sizes of structs,
# places of members, values of enumerators. Of "readelf --debug-dump=info".

function tell()
{
	if (tag == "structure_type" && name ~ /^expert_/ && size != "") {
		print "size", name, size
		of = name
	} else if (tag == "structure_type") {
		of = ""
	} else if (tag == "member" && of != "") {
		print "member", of "." name, place
	} else if (tag == "enumerator" && name ~ /^EXPERT_/) {
		print "value", name, value
	}
	tag = ""
}

/\(DW_TAG_/ {
	tell()
	tag = $0
	sub(/.*\(DW_TAG_/, "", tag)
	sub(/\).*/, "", tag)
	name = size = place = value = ""
	next
}
/DW_AT_name/ { name = $NF }
/DW_AT_byte_size/ { size = $NF }
/DW_AT_data_member_location/ { place = $NF }
/DW_AT_const_value/ { value = $NF }
END { tell() }
