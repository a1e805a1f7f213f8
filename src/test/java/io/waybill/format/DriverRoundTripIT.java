package io.waybill.format;

import static io.waybill.format.TypeRoundTripIT.AWKWARD;
import static io.waybill.format.TypeRoundTripIT.UNICODE;
import static io.waybill.format.TypeRoundTripIT.roundTrip;
import static io.waybill.format.TypeRoundTripIT.same;
import static io.waybill.format.TypeRoundTripIT.type;

import com.zaxxer.hikari.HikariDataSource;
import io.waybill.TestDatabases;
import io.waybill.format.TypeRoundTripIT.Case;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Values that the getters of drivers are known to change: the ends of numbers, days before the calendar's reform, hours that a change
 * of clocks left out. A database that makes a table's values itself is asked nothing: what is expected is written beside each value.
 */
class DriverRoundTripIT {

    private static final List<Case> SQLITE = List.of(
            same("INTEGER", "BIGINT", "9223372036854775807", "-9223372036854775808", "1"),
            same("BIGINT", "BIGINT", "-9223372036854775808", "1"),
            same("TINYINT", "BIGINT", "70000", "-1"),
            same("DOUBLE", "DOUBLE", "-1e308", "1.7976931348623157e308", "4.9e-324", "0.1", "1"),
            type("REAL", "DOUBLE", "0.1", "0.1", "9e999", "'Infinity'", "16777217", "16777217"),
            type("FLOAT", "DOUBLE", "-1e308", "-1e308"),
            type("DECIMAL(9,2)", "DECIMAL(9,2)", "1234567.89", "1234567.89", "-0.5", "-0.5", "3", "3"),
            type("NUMERIC", "VARCHAR", "9223372036854775807", "'9223372036854775807'", "0.5", "'0.5'"),
            type("VARCHAR(5)", "VARCHAR", "''", "''", AWKWARD, AWKWARD, UNICODE, UNICODE, "12", "'12'"),
            same("BOOLEAN", "BOOLEAN", "1", "0", "'true'"),
            same("DATE", "DATE", "'0001-01-01'", "'9999-12-31'", "'1582-10-10'"),
            type(
                    "TIMESTAMP",
                    "TIMESTAMP",
                    "'1582-10-10 12:00:00.123456'",
                    "'1582-10-10 12:00:00.123456'",
                    "'2026-03-08T02:30:00'",
                    "'2026-03-08 02:30:00'",
                    "'2026-03-08 02:30'",
                    "'2026-03-08 02:30:00'"),
            same("TIME", "TIME", "'23:59:59.999999'", "'02:30:00'"),
            type("BLOB", "BLOB", "x'00ff7f80'", "'\\x00\\xFF\\x7F\\x80'::BLOB", "x''", "''::BLOB"),
            same("JSON", "JSON", "'{\"a\":[1,2.50]}'"));

    private static final List<Case> DUCKDB = List.of(
            same("TINYINT", "SMALLINT", "-128", "127"),
            same("UTINYINT", "SMALLINT", "255"),
            same("USMALLINT", "INTEGER", "65535"),
            same("UINTEGER", "BIGINT", "4294967295"),
            type("UBIGINT", "DECIMAL(20,0)", "18446744073709551615", "18446744073709551615"),
            type(
                    "HUGEINT",
                    "VARCHAR",
                    "170141183460469231731687303715884105727",
                    "'170141183460469231731687303715884105727'",
                    "-170141183460469231731687303715884105728",
                    "'-170141183460469231731687303715884105728'"),
            type(
                    "UHUGEINT",
                    "VARCHAR",
                    "340282366920938463463374607431768211455",
                    "'340282366920938463463374607431768211455'"),
            same("FLOAT", "FLOAT", "0.1", "3.4028235e38", "'nan'", "'-inf'"),
            same("DOUBLE", "DOUBLE", "-1e308", "5e-324", "'nan'", "'inf'"),
            same("DECIMAL(38,10)", "DECIMAL(38,10)", "1234567890123456789012345678.0123456789"),
            same("DATE", "DATE", "'0044-03-15 (BC)'", "'1582-10-10'", "'1500-02-28'", "'9999-12-31'"),
            same("TIME", "TIME", "'23:59:59.999999'", "'12:30:00'"),
            same(
                    "TIMESTAMP",
                    "TIMESTAMP",
                    "'1582-10-10 12:00:00.123456'",
                    "'2026-03-08 02:30:00'",
                    "'0044-03-15 (BC)'"),
            same("TIMESTAMP_S", "TIMESTAMP", "'1582-10-10 12:00:00'", "'2026-03-08 02:30:00'"),
            same("TIMESTAMP_MS", "TIMESTAMP", "'1582-10-10 12:00:00.123'", "'2026-03-08 02:30:00.5'"),
            same("TIMESTAMP_NS", "TIMESTAMP_NS", "'2026-03-08 02:30:00.123456789'", "'1677-09-22 00:00:00'"),
            same(
                    "TIMESTAMPTZ",
                    "TIMESTAMP WITH TIME ZONE",
                    "'1582-10-10 12:00:00+00'",
                    "'2026-10-25 02:30:00+02'",
                    "'0044-03-15 (BC) 00:00:00+00'"),
            same("TIMETZ", "VARCHAR", "'12:30:00+02'", "'23:59:59.123456-15:59:59'"),
            same("UUID", "UUID", "'123e4567-e89b-12d3-a456-426614174000'"),
            same("INTERVAL", "VARCHAR", "'1 year 2 days 03:04:05'", "'-1 month -3 days'"),
            same("BIT", "VARCHAR", "'0101011'", "'0'"),
            type("BLOB", "BLOB", "'\\x00\\xFF'::BLOB", "'\\x00\\xFF'::BLOB", "''::BLOB", "''::BLOB"),
            same("JSON", "JSON", "'{\"a\":[1,2.50]}'"),
            type("ENUM('x', 'y')", "VARCHAR", "'y'", "'y'"),
            type("INTEGER[]", "VARCHAR", "[1, NULL]", "'[1, NULL]'"),
            type("DATE[]", "VARCHAR", "['1582-10-10'::DATE]", "'[1582-10-10]'"),
            type(
                    "TIMESTAMPTZ[]",
                    "VARCHAR",
                    "['2026-03-08 02:30:00+00'::TIMESTAMPTZ]",
                    "'[\'\'2026-03-08 02:30:00+00\'\']'"),
            type(
                    "STRUCT(a TIMESTAMP, b VARCHAR)",
                    "VARCHAR",
                    "{'a': '1582-10-10 02:30:00'::TIMESTAMP, 'b': 'q'}",
                    "'{''a'': ''1582-10-10 02:30:00'', ''b'': q}'"),
            type("MAP(VARCHAR, INTEGER)[]", "VARCHAR", "[MAP {'k': 1}]", "'[{k=1}]'"));

    private static final List<Case> DERBY = List.of(
            same("SMALLINT", "SMALLINT", "-32768"),
            same("INTEGER", "INTEGER", "-2147483648"),
            same("BIGINT", "BIGINT", "9223372036854775807", "-9223372036854775808"),
            same("DOUBLE", "DOUBLE", "1.7976931348623157e308", "0.1"),
            type("REAL", "FLOAT", "3.4e38", "3.4e38", "0.1", "0.1"),
            same("DECIMAL(31,10)", "DECIMAL(31,10)", "123456789012345678901.0123456789", "-0.5"),
            same("VARCHAR(100)", "VARCHAR", "''", "' x '", UNICODE),
            type("CHAR(5)", "VARCHAR", "'ab'", "'ab   '"),
            same("CLOB", "VARCHAR", UNICODE),
            same("BOOLEAN", "BOOLEAN", "true", "false"),
            same("DATE", "DATE", "'0001-01-01'", "'1500-02-28'", "'9999-12-31'"),
            same("TIME", "TIME", "'23:59:59'", "'02:30:00'"),
            // of a time with its date in one text, Derby itself makes another hour or day
            type(
                    "TIMESTAMP",
                    "TIMESTAMP_NS",
                    "timestamp('2026-03-08', '02:30:00')",
                    "'2026-03-08 02:30:00'",
                    "timestamp('1970-01-01 00:00:00.123456789')",
                    "'1970-01-01 00:00:00.123456789'",
                    "timestamp('1700-02-28', '23:59:59')",
                    "'1700-02-28 23:59:59'"),
            type("BLOB", "BLOB", "CAST(x'00ff' AS BLOB)", "'\\x00\\xFF'::BLOB"),
            type("VARCHAR(4) FOR BIT DATA", "BLOB", "x'80'", "'\\x80'::BLOB"));

    private static final List<Case> HSQLDB = List.of(
            same("TINYINT", "SMALLINT", "-128"),
            same("BIGINT", "BIGINT", "-9223372036854775808"),
            same("DOUBLE", "DOUBLE", "1.7976931348623157e308", "0.1e0"),
            same("DECIMAL(38,10)", "DECIMAL(38,10)", "1234567890123456789012345678.0123456789"),
            same("VARCHAR(100)", "VARCHAR", "''", UNICODE),
            same("BOOLEAN", "BOOLEAN", "true", "false"),
            same("DATE", "DATE", "'0001-01-01'", "'1500-02-28'", "'9999-12-31'"),
            same("TIME(6)", "TIME", "'23:59:59.999999'", "'02:30:00'"),
            same("TIMESTAMP(6)", "TIMESTAMP", "'2026-03-08 02:30:00'", "'1500-02-28 12:00:00.123456'"),
            same("TIMESTAMP(9)", "TIMESTAMP_NS", "'2026-03-08 02:30:00.123456789'"),
            type(
                    "TIMESTAMP(6) WITH TIME ZONE",
                    "TIMESTAMP WITH TIME ZONE",
                    "TIMESTAMP '2026-10-25 02:30:00+2:00'",
                    "'2026-10-25 02:30:00+02'"),
            type("VARBINARY(4)", "BLOB", "x'00ff'", "'\\x00\\xFF'::BLOB"),
            same("UUID", "UUID", "'123e4567-e89b-12d3-a456-426614174000'"),
            type("BIT(8)", "VARCHAR", "B'01010101'", "'01010101'"),
            type("BIT VARYING(8)", "VARCHAR", "B'101'", "'101'"),
            type("INTEGER ARRAY", "VARCHAR", "ARRAY[1, NULL]", "'ARRAY[1,NULL]'"));

    /** What MariaDB's driver and MySQL's have to give alike. */
    private static final List<Case> MARIADB = List.of(
            same("float", "FLOAT", "1234567.875", "16777216", "3.4028234e38", "1e-45", "-0e0", "0.1"),
            same("float(10,3)", "FLOAT", "1234567.875", "0.001"),
            same("float unsigned", "FLOAT", "16777213"),
            same("double", "DOUBLE", "1.7976931348623157e308", "0.1", "123456789.123456789"),
            same("boolean", "BOOLEAN", "true", "false"),
            same("tinyint unsigned", "SMALLINT", "255"),
            same("int unsigned", "BIGINT", "4294967295"),
            type("int(6) zerofill", "BIGINT", "42", "42"),
            type(
                    "bigint unsigned zerofill",
                    "DECIMAL(20,0)",
                    "42",
                    "42",
                    "18446744073709551615",
                    "18446744073709551615"),
            type("decimal(10,2) unsigned zerofill", "DECIMAL(10,2)", "1.5", "1.5", "0", "0"),
            type(
                    "decimal(65,30)",
                    "VARCHAR",
                    "99999999999999999999999999999999999.999999999999999999999999999999",
                    "'99999999999999999999999999999999999.999999999999999999999999999999'"),
            same("date", "DATE", "'1582-10-10'", "'0001-01-01'", "'9999-12-31'"),
            same("time(6)", "TIME", "'23:59:59.999999'", "'02:30:00'"),
            same(
                    "datetime(6)",
                    "TIMESTAMP",
                    "'1582-10-10 12:00:00.123456'",
                    "'2026-03-08 02:30:00'",
                    "'0001-01-01 00:00:00'"),
            type(
                    "timestamp(6) null",
                    "TIMESTAMP WITH TIME ZONE",
                    "'1970-01-01 05:30:01.000001'",
                    "'1970-01-01 00:00:01.000001+00'",
                    "'2026-03-08 02:30:00'",
                    "'2026-03-07 21:00:00+00'"),
            same("year", "INTEGER", "0", "1901", "2155"),
            type("bit(1)", "BOOLEAN", "b'1'", "true"),
            type("bit(8)", "BLOB", "b'10000001'", "'\\x81'::BLOB"),
            type("bit(64)", "BLOB", "b'1'", "'\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x01'::BLOB"),
            type("varchar(100) character set latin1", "VARCHAR", "'Grüße'", "'Grüße'"),
            same("mediumtext", "VARCHAR", UNICODE),
            type("varbinary(4)", "BLOB", "x'00ff'", "'\\x00\\xFF'::BLOB"),
            type("mediumblob", "BLOB", "x'00ff'", "'\\x00\\xFF'::BLOB"),
            type("enum('a','b')", "VARCHAR", "'b'", "'b'"),
            type("set('a','b')", "VARCHAR", "'a,b'", "'a,b'"),
            type("inet6", "VARCHAR", "'::1'", "'::1'"));

    @TempDir
    private Path folder;

    @Test
    void valuesOfSqliteArriveAsTheyAreStored() throws Exception {
        try (HikariDataSource sqlite = TestDatabases.newSqlite(folder)) {
            roundTrip(folder, sqlite, SQLITE);
        }
    }

    @Test
    void valuesOfDuckdbArriveAsTheyAreStored() throws Exception {
        try (HikariDataSource duckdb = TestDatabases.duckdb(folder)) {
            roundTrip(folder, duckdb, DUCKDB);
        }
    }

    @Test
    void valuesOfDerbyArriveAsTheyAreStored() throws Exception {
        roundTrip(folder, TestDatabases.derby(), DERBY);
    }

    @Test
    void valuesOfHsqldbArriveAsTheyAreStored() throws Exception {
        roundTrip(folder, TestDatabases.hsqldb(), HSQLDB);
    }

    @Test
    void valuesOfMariadbArriveAsTheyAreStored() throws Exception {
        List<Case> cases = new ArrayList<>(MARIADB);
        cases.add(same("json", "JSON", "'{\"a\":[1,2.50]}'"));
        cases.add(same("uuid", "UUID", "'123e4567-e89b-12d3-a456-426614174000'"));
        roundTrip(folder, TestDatabases.mariadb(), cases);
    }

    @Test
    void theSameValuesArriveByMysqlsDriver() throws Exception {
        roundTrip(folder, TestDatabases.mariadbByMysqlDriver(""), MARIADB);
    }

    @Test
    void theSameValuesArriveInMysqlsBinaryForm() throws Exception {
        roundTrip(folder, TestDatabases.mariadbByMysqlDriver("&useServerPrepStmts=true"), MARIADB);
    }
}
