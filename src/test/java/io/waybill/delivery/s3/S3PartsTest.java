package io.waybill.delivery.s3;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class S3PartsTest {

    private static final long MEBIBYTE = 1L << 20;

    @ParameterizedTest(name = "{0} MiB in parts of {1} MiB")
    @CsvSource({"1, 25", "10000, 25", "250000, 25", "250001, 26", "1000000, 100", "5242880, 525"})
    void partsGrowSoThatNoFileHasMoreThanTenThousand(long file, long part) {
        long length = file * MEBIBYTE;
        long size = S3Upload.partSize(length, 25 * MEBIBYTE);

        assertThat(size).isEqualTo(part * MEBIBYTE);
        assertThat((length + size - 1) / size).isLessThanOrEqualTo(S3Upload.MOST_PARTS);
    }
}
