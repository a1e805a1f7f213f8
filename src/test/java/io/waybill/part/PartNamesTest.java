package io.waybill.part;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.flow.FileFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the files of a run are called, and its waybill. */
class PartNamesTest {

    private static PartNames names(String path, String ending, boolean several, int version) {
        return new PartNames(path, "orders", FileFormat.of("csv"), ending, several, version);
    }

    @ParameterizedTest
    @CsvSource({
        "out/orders.csv, false, 1, out/orders.csv, out/orders.csv.waybill.json",
        "out/orders.csv, true, 2, out/orders_part_2.csv, out/orders.csv.waybill.json",
        "out/orders.tar.x, true, 2, out/orders_part_2.tar.x, out/orders.tar.x.waybill.json",
        "out/orders, true, 3, out/orders_part_3, out/orders.waybill.json",
        "out/{part}.csv, true, 12, out/12.csv, out/orders.csv.waybill.json",
        "out/orders-{part}.csv, true, 12, out/orders-12.csv, out/orders.csv.waybill.json",
        "out/{part}/orders.csv, true, 2, out/2/orders.csv, out/orders.csv.waybill.json",
        "out/, true, 1, out/part-00000.csv, out/orders.waybill.json",
        "'', true, 100001, part-100000.csv, orders.waybill.json",
        "out/country={column:country}/, false, 1, out/country={column:country}/part-00000.csv, out/orders.waybill.json",
        "out/{column:country}/o.csv, false, 1, out/{column:country}/o.csv, out/o.csv.waybill.json",
        "out/{column:country}/o.csv, false, 2, out/{column:country}/o_part_2.csv, out/o.csv.waybill.json",
        "out/o_{column:a.b}.csv, true, 1, out/o_{column:a.b}_part_1.csv, out/o.csv.waybill.json",
        "out/o-a={column:a}-{part}.csv, true, 3, out/o-a={column:a}-3.csv, out/o.csv.waybill.json",
        "out/{column:a}.csv, false, 1, out/{column:a}.csv, out/orders.csv.waybill.json",
        "out/{part}/a={column:a}.csv, true, 2, out/2/a={column:a}.csv, out/orders.csv.waybill.json",
        "out/.hidden, true, 2, out/.hidden_part_2, out/orders.hidden.waybill.json",
    })
    void areThoseOfThePath(String path, boolean several, int number, String part, String waybill) {
        PartNames names = names(path, "", several, 1);

        assertThat(names.part(number)).isEqualTo(part);
        assertThat(names.waybill()).isEqualTo(waybill);
    }

    @ParameterizedTest
    @CsvSource({
        "orders.csv, .gz, orders.csv.gz",
        "orders.csv.gz, .gz, orders.csv.gz",
        "orders.csv.gz, .gz.pgp, orders.csv.gz.pgp",
        "orders.csv.gz.pgp, .gz.pgp, orders.csv.gz.pgp",
        "out/, .gz, out/part-00000.csv.gz",
    })
    void haveTheEndingOfWhatWasDoneToThemOnce(String path, String ending, String part) {
        assertThat(names(path, ending, false, 1).part(1)).isEqualTo(part);
    }

    @Test
    void ofAnotherVersionAreOtherNamesWaybillAndAll() {
        PartNames second = names("out/orders.csv", ".gz", false, 1).withVersion(2);

        assertThat(second.part(1)).isEqualTo("out/orders_v2.csv.gz");
        assertThat(second.waybill()).isEqualTo("out/orders_v2.csv.gz.waybill.json");
        assertThat(names("out/", "", true, 3).part(1)).isEqualTo("out/part-00000_v3.csv");
        assertThat(names("out/", "", true, 3).waybill()).isEqualTo("out/orders_v3.waybill.json");
    }

    @Test
    void inAnArchiveAreOfItsFirstVersion() {
        assertThat(names("out/orders.csv", "", false, 4).inArchive().part(2)).isEqualTo("out/orders_part_2.csv");
    }
}
