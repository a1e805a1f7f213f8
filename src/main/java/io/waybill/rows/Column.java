package io.waybill.rows;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.flow.ColumnType;
import java.util.Objects;

/**
 * One column of a {@link RowSchema}.
 *
 * @param name the name that consumers see
 * @param type what the values mean
 * @param nullable false only where NOT NULL is known for certain
 * @param isPrivate whether its values are not to be told in messages: they are of a person, or leave in another form
 */
public record Column(String name, ColumnType type, boolean nullable, boolean isPrivate) {

    public Column {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
    }

    public Column(String name, ColumnType type) {
        this(name, type, true);
    }

    public Column(String name, ColumnType type, boolean nullable) {
        this(name, type, nullable, false);
    }

    /**
     * Where one of its values stands, for messages.
     *
     * @param row the row's number, from 1
     */
    public String at(long row) {
        return "row " + row + ", column \"" + name + "\"";
    }

    /**
     * A value of it that cannot be read, or written.
     *
     * @param stage which of both
     * @param row the row's number, from 1
     * @param why what its type or the format says, the value among it
     */
    public WaybillException refused(Stage stage, long row, Exception why) {
        if (isPrivate && row > 0) { // before the first row stand names
            return new WaybillException(
                    stage,
                    at(row) + ": the value " + (stage == Stage.READ ? "is no " + type : "cannot be written")
                            + "; it is not shown, nor what is wrong with it: values of this column are private");
        }
        return new WaybillException(stage, at(row) + ": " + why.getMessage(), why);
    }
}
