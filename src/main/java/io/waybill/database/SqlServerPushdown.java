package io.waybill.database;

import io.waybill.flow.ColumnType.Kind;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * SQL Server's CREATE EXTERNAL TABLE AS SELECT, from version 2022 on: the table is dropped at once, and its files stay. How pages are
 * compressed, the external file format says.
 */
final class SqlServerPushdown extends BucketPushdown {

    private final Literals literals = new Literals("N", "DATETIME2", "DATETIMEOFFSET", "1", "0");

    SqlServerPushdown(SqlServer database) {
        super(
                database,
                "SQL Server's CREATE EXTERNAL TABLE AS SELECT",
                Set.of("snappy"),
                Set.of(Kind.ARRAY, Kind.JSON),
                Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}/[A-Za-z_][A-Za-z0-9_]{0,127}"),
                "an external data source and an external file format: source/format");
    }

    @Override
    boolean keepsOrder() {
        return false;
    }

    @Override
    public Command command(Task task, String target) {
        String[] names = (task.access() == null ? "source/format" : task.access()).split("/");
        String path = plain(pathOf(target), "SQL Server");
        String table = "[waybill_" + path.replaceAll("[^A-Za-z0-9]", "_").replaceAll("^.*?(.{0,100})$", "$1") + "]";
        return new Command(
                "CREATE EXTERNAL TABLE " + table + "\nWITH (LOCATION = " + quoted("/" + path) + ", DATA_SOURCE = ["
                        + names[0]
                        + "], FILE_FORMAT = [" + names[1] + "])\nAS " + wrapped(written(literals, task))
                        + ";\nDROP EXTERNAL TABLE " + table,
                List.of());
    }
}
