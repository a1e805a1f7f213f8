package io.waybill.rows;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is left of a driver's words beside columns that are marked pii. */
class HiddenValuesTest {

    private static final String NOTE = " (what it quotes is not shown: it may be a value)";

    private static WaybillException failure(SQLException cause) {
        return SqlFailure.of(Stage.READ, "reading failed", cause, true);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "22P02|ERROR: invalid input syntax for type integer: \"Ann\"|ERROR: invalid input syntax for type integer: …",
                "22003|ERROR: value \"1234\" is out of range for type smallint|ERROR: value … is out of range for type smallint",
                "22018|Data conversion error converting \"'Ann' (T: A)\" [22018-240]|Data conversion error converting … […-240]",
                "22007|Incorrect integer value: 'O'Hara' for column 'a' at row 1|Incorrect integer value: … at row 1",
                "23000|Duplicate entry 'Ann' for key 'PRIMARY'|Duplicate entry …",
                "S0001|Conversion failed when converting the varchar value 'Ann' to data type int.|Conversion failed when"
                        + " converting the varchar value … to data type int.",
                "~~|Conversion Error: Could not convert string 'Ann' to INT32|Conversion Error: Could not convert string … to"
                        + " INT32",
                "~~|Type INT64 with value 4929123412341234 can't be cast|Type INT64 with value … can…",
            })
    void isNoValue(String state, String says, String told) {
        WaybillException failure = failure(new SQLException(says, state));

        assertThat(failure).hasMessage("reading failed: " + told + NOTE);
        assertThat(failure).hasStackTraceContaining("HiddenValuesTest");
        assertThat(failure.getCause()).hasMessage(told + NOTE).hasNoCause();
    }

    @Test
    void aValueOfSeveralLinesIsHiddenThoughItsEndIsNotThere() {
        assertThat(failure(new SQLException("invalid input: \"Ann \"of\" Wien\nsecond line\"", "22P02")))
                .hasMessage("reading failed: invalid input: …" + NOTE);
    }

    @Test
    void whatIsWrongWithTheSqlIsToldBeforeRowsAreRead() {
        SQLException cause = new SQLException("ERROR: column \"nme\" does not exist", "42703");

        assertThat(SqlFailure.of(Stage.PLAN, "planning failed", cause, true))
                .hasMessage("planning failed: ERROR: column \"nme\" does not exist")
                .hasCause(cause);
    }

    /** SQL that is right may make SQL, and names, of values; and not all of them are quoted then. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "42601|0|ERROR: syntax error in tsquery: \"ann wien\"|SQLState 42601",
                "42883|0|ERROR: function ann(integer) does not exist|SQLState 42883",
                "42000|1305|FUNCTION shop.ann does not exist|SQLState 42000, error 1305",
                "42S02|1146|Table 'shop.ann' doesn't exist|SQLState 42S02, error 1146",
            })
    void whatIsWrongWithTheSqlIsNotToldOnceRowsAreRead(String state, int error, String says, String told) {
        WaybillException failure = failure(new SQLException(says, state, error));

        assertThat(failure)
                .hasMessage("reading failed: " + told + " (what the driver says is not shown: it may be a value)");
        assertThat(failure.getCause()).hasNoCause();
    }

    @Test
    void aRightThatIsMissingIsTold() {
        assertThat(failure(new SQLException("ERROR: permission denied for table people", "42501")))
                .hasMessage("reading failed: ERROR: permission denied for table people" + NOTE);
    }

    @Test
    void thatTheDatabaseIsAwayIsTold() {
        SQLException cause = new SQLTransientConnectionException(
                "pool - Connection is not available", new SQLException("Connection to 'db' refused", "08001"));

        assertThat(failure(cause)).hasMessage("reading failed: Connection to 'db' refused");
        assertThat(SqlFailure.isAway(failure(cause))).isTrue();
    }

    @Test
    void withoutMarksADriverSaysWhatItSays() {
        SQLException cause = new SQLException("invalid input syntax for type integer: \"Ann\"", "22P02");

        assertThat(SqlFailure.of(Stage.READ, "reading failed", cause, false))
                .hasMessage("reading failed: invalid input syntax for type integer: \"Ann\"")
                .hasCause(cause);
    }
}
