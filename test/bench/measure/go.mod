module waybill/test/bench/measure

go 1.26
