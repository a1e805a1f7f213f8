package io.waybill.rows;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FetchSizeTest {

    private static final long HEAP = 256 << 20;

    /** How many rows come at a time, of a result of 5,000, by the bytes of a row's texts. */
    private static List<Integer> sizes(int set, int most, long... bytes) throws Exception {
        List<Integer> sizes = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:");
                Statement statement = connection.createStatement()) {
            statement.setFetchSize(set);
            ResultSet result = statement.executeQuery(
                    "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 5000) SELECT x FROM n");
            FetchSize fetch = new FetchSize(result, most, 1, HEAP);
            sizes.add(result.getFetchSize());
            long all = 0;
            for (int row = 0; row < 5000 && result.next(); row++) {
                if (fetch.isDueAt(row)) {
                    fetch.adapt(row, all);
                    sizes.add(result.getFetchSize());
                }
                all += bytes[Math.min(row, bytes.length - 1)];
            }
        }
        return sizes;
    }

    @Test
    void growsWithRowsThatAreShort() throws Exception {
        assertThat(sizes(FetchSize.first(2000), 2000, 20)).containsExactly(10, 100, 1000, 2000, 2000);
    }

    @Test
    void staysSmallWhereRowsAreLarge() throws Exception {
        assertThat(sizes(FetchSize.first(2000), 2000, 1_000_000))
                .startsWith(10, 8, 8)
                .doesNotContain(10_000);
        assertThat(sizes(FetchSize.first(2000), 2000, 100_000_000)).startsWith(10, 1, 1);
    }

    @Test
    void shrinksWhereRowsBecomeLarge() throws Exception {
        long[] bytes = new long[1000];
        bytes[999] = 1_000_000;
        assertThat(sizes(FetchSize.first(2000), 2000, bytes)).startsWith(10, 100, 1000, 75, 8, 8);
    }

    @Test
    void isNoneOfItsWhereTheStatementHasAnother() throws Exception {
        assertThat(sizes(500, 2000, 1_000_000)).containsExactly(500);
        assertThat(sizes(FetchSize.first(5), 5, 20)).containsExactly(5);
    }

    @Test
    void staysWhereTheDriverDoesNotChangeIt() throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:");
                Statement statement = connection.createStatement()) {
            statement.setFetchSize(FetchSize.first(2000));
            ResultSet result = statement.executeQuery("SELECT 1");
            FetchSize fetch = new FetchSize(
                    Forwarding.of(ResultSet.class, (method, arguments) -> {
                        if (method.getName().equals("setFetchSize")) {
                            throw new SQLFeatureNotSupportedException();
                        }
                        return Forwarding.to(result, method, arguments);
                    }),
                    2000,
                    1,
                    HEAP);
            fetch.adapt(10, 100);

            assertThat(result.getFetchSize()).isEqualTo(10);
            assertThat(fetch.isDueAt(110)).isFalse();
        }
    }

    @Test
    void readersOfLargeRowsReadFewerBatchesAheadInASmallHeap() {
        assertThat(AheadRows.batches(1, HEAP)).isEqualTo(3);
        assertThat(AheadRows.batches(2, HEAP)).isEqualTo(2);
        assertThat(AheadRows.batches(16, HEAP)).isEqualTo(1);
        assertThat(AheadRows.batches(16, 16 * HEAP)).isEqualTo(3);
    }

    @Test
    void aMessageSuggestsNoSmallerHeapThanThereIs() {
        String message = HeapFailure.of(
                        io.waybill.WaybillException.Stage.READ,
                        java.util.Optional.of(new HeapFailure.LargestValue(7, "body", 1 << 20)),
                        "",
                        null)
                .getMessage();
        long heap = Runtime.getRuntime().maxMemory() >> 20;
        assertThat(message)
                .isEqualTo("row 7, column \"body\": the value has 1,048,576 bytes, for which the heap of " + heap
                        + " MB (Java's -Xmx) has no room beside the rows around it; try -Xmx" + 2 * heap
                        + "m (in JAVA_OPTS for the waybill command), or leave the column out");
    }
}
