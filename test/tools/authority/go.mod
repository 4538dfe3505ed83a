module waybill.dev/test/tools/authority

go 1.26.0
