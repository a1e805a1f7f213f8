package io.waybill.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.flow.ColumnType;
import io.waybill.rows.Column;
import io.waybill.rows.RowBatch;
import io.waybill.rows.RowEncoder;
import io.waybill.rows.RowSchema;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.util.List;
import java.util.function.LongBinaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which row groups have a dictionary of a column. */
class ParquetDictionariesTest {

    private static final int ROW_GROUPS = 18;
    private static final int ROWS_PER_GROUP = ParquetEncoder.ROWS_PER_CHECK;

    @TempDir
    private Path folder;

    /**
     * Writes small row groups and looks at them by DuckDB.
     *
     * @param value the value of a row group's row
     * @return a letter for each row group: d where the column has a dictionary, p where its values are plain
     */
    private String encodings(LongBinaryOperator value) throws Exception {
        Path file = folder.resolve("values.parquet");
        RowSchema schema = new RowSchema(
                List.of(new Column("number", ColumnType.INT64, false), new Column("value", ColumnType.INT64, false)));
        try (OutputStream out = Files.newOutputStream(file)) {
            ParquetDataFormat format = new ParquetDataFormat();
            format.set(
                    ParquetFormat.ROW_GROUP_SIZE,
                    ROWS_PER_GROUP * 8L); // what the numbers take: each check of it ends one
            RowEncoder encoder = format.open(schema, out);
            for (int group = 0; group < ROW_GROUPS; group++) {
                RowBatch batch = new RowBatch(schema);
                for (int row = 0; row < ROWS_PER_GROUP; row++) {
                    batch.column(0).appendLong(group * 1_000_000L + row);
                    batch.column(1).appendLong(value.applyAsLong(group, row));
                    batch.endRow();
                }
                encoder.write(batch, 0, batch.rows());
            }
            encoder.finish();
        }
        try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
                ResultSet found = duckdb.createStatement()
                        .executeQuery(
                                "SELECT string_agg(CASE WHEN encodings LIKE '%DICTIONARY%' THEN 'd' ELSE 'p' END, ''"
                                        + " ORDER BY row_group_id) FROM parquet_metadata('" + file
                                        + "') WHERE path_in_schema = 'value'")) {
            found.next();
            return found.getString(1);
        }
    }

    @Test
    void aColumnOfFewValuesHasOneInEachRowGroup() throws Exception {
        assertThat(encodings((group, row) -> row % 3)).isEqualTo("dddddddddddddddddd");
    }

    @Test
    void aColumnOfManyValuesHasNone() throws Exception {
        assertThat(encodings((group, row) -> group * 1_000_000 + row)).isEqualTo("pppppppppppppppppp");
    }

    @Test
    void aColumnWhoseValuesGetFewerIsTriedAgainInTheNinthRowGroup() throws Exception {
        assertThat(encodings((group, row) -> group < 3 ? row : 7)).isEqualTo("ppppppppdddddddddd");
    }

    @Test
    void aColumnWhoseValuesGetMoreLosesItsDictionaryAtOnce() throws Exception {
        assertThat(encodings((group, row) -> group == 0 ? 7 : row)).isEqualTo("dppppppppppppppppp");
    }
}
