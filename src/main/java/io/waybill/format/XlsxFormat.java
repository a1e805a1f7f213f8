package io.waybill.format;

import static io.waybill.flow.Key.oneOf;
import static io.waybill.format.FormatOptions.text;

import io.waybill.flow.FileFormat;
import io.waybill.flow.Form;
import io.waybill.flow.FormatKind;
import io.waybill.flow.Key;
import java.util.List;

/** Workbooks of Excel (ECMA-376, SpreadsheetML). */
public final class XlsxFormat implements FormatKind {

    /** Rows of a sheet, its header among them. */
    static final long MOST_ROWS = 1_048_576;

    /** Room behind a name for the number of a further sheet, out of the 31 characters that it may have. */
    private static final int MOST_NAME = 31 - " 12345".length();

    public static final Key<String> SHEET_NAME = text(
            "sheet_name", "Sheet", XlsxFormat::sheetName, "the sheets' name; further ones have a number behind it");

    public static final Key<Long> MAX_ROWS_PER_SHEET = Key.of(
                    "max_rows_per_sheet",
                    new Form.Whole(2, MOST_ROWS, false),
                    MOST_ROWS,
                    "rows of a sheet, its header among them, before another one begins")
            .without("1048576, the most there are");

    public static final Key<String> LONG_TEXT = oneOf(
            "long_text",
            List.of("fail", "cut"),
            "fail",
            "a text of more than 32767 characters, which no cell holds: `fail` (the run fails, naming row and column), `cut`");

    private static final List<Key<?>> OPTIONS = List.of(
            SHEET_NAME,
            MAX_ROWS_PER_SHEET,
            CsvFormat.INCLUDE_HEADER,
            FormatOptions.COLUMNS,
            CsvFormat.TIMEZONE,
            LONG_TEXT);

    @Override
    public String dataFormat() {
        return "waybill-xlsx";
    }

    @Override
    public List<FileFormat> formats() {
        return List.of(
                new FileFormat(this, "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"));
    }

    @Override
    public List<Key<?>> options() {
        return OPTIONS;
    }

    private static String sheetName(Object value) {
        if (!(value instanceof String name)) {
            return Form.describe(value) + "; text in quotes is expected";
        }
        if (name.isBlank() || name.length() > MOST_NAME) {
            return "\"" + name + "\" has " + name.length() + " characters; 1 to " + MOST_NAME + " are allowed";
        }
        boolean known = name.chars().noneMatch(c -> c < ' ' || c >= '\uFFFE' || "\\/?*[]:".indexOf(c) >= 0);
        return known && !name.startsWith("'") && !name.endsWith("'") && !name.equalsIgnoreCase("history")
                ? null
                : "\"" + name
                        + "\" is no name of a sheet: Excel allows none of \\ / ? * [ ] :, no ' at either end, and not History";
    }
}
