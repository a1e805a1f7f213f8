package io.waybill.format;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import io.waybill.rows.ByteSink;
import io.waybill.rows.CellWriter;
import io.waybill.rows.Column;
import io.waybill.rows.ColumnVector;
import io.waybill.rows.RowBatch;
import io.waybill.rows.RowEncoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes rows as a workbook: each as soon as it is there, into the sheet that is open, so that no more than a row is in memory. */
final class XlsxEncoder implements RowEncoder {

    private static final int MOST_COLUMNS = 16_384;

    /** Bytes of a sheet's XML before another one begins: beyond 4 GiB, the form of zip files changes to one that Excel does not read. */
    static final long MOST_SHEET_BYTES = 4_000_000_000L;

    private static final byte[] BEGIN_ROW = ascii("<row r=\"");
    private static final byte[] BEGIN_CELLS = ascii("\">");
    private static final byte[] END_ROW = ascii("</row>");

    private final List<Column> columns;
    private final int[] selection;
    private final XlsxWorkbook workbook;
    private final long rowsPerSheet;
    private final long bytesPerSheet;
    private final CellWriter[] cells;
    /** What begins each column's cells, up to the number of the row. */
    private final byte[][] beginnings;

    private ByteSink sheet;
    private long sheetBegins;
    private long rowsInSheet;
    private long rows;

    XlsxEncoder(
            List<Column> columns,
            int[] selection,
            XlsxCells cells,
            XlsxWorkbook workbook,
            long rowsPerSheet,
            long bytesPerSheet)
            throws IOException {
        if (columns.size() > MOST_COLUMNS) {
            throw new WaybillException(
                    Stage.ENCODE,
                    "xlsx: the rows have " + columns.size() + " columns, and a sheet has " + MOST_COLUMNS + " at most");
        }
        this.columns = columns;
        this.selection = selection;
        this.workbook = workbook;
        this.rowsPerSheet = rowsPerSheet;
        this.bytesPerSheet = bytesPerSheet;
        this.cells = columns.stream().map(column -> cells.writer(column.type())).toArray(CellWriter[]::new);
        this.beginnings = new byte[columns.size()][];
        for (int i = 0; i < beginnings.length; i++) {
            beginnings[i] = ascii("<c r=\"" + letters(i));
        }
        beginSheet();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** A column's name: A to Z, then AA and so on. */
    static String letters(int column) {
        String last = String.valueOf((char) ('A' + column % 26));
        return column < 26 ? last : letters(column / 26 - 1) + last;
    }

    private void beginSheet() throws IOException {
        StringBuilder widths = new StringBuilder();
        for (int i = 0; i < columns.size(); i++) {
            int width = XlsxStyle.width(columns.get(i).name(), columns.get(i).type());
            widths.append(
                    "<col min=\"" + (i + 1) + "\" max=\"" + (i + 1) + "\" width=\"" + width + "\" customWidth=\"1\"/>");
        }
        sheet = workbook.beginSheet(widths.isEmpty() ? "" : "<cols>" + widths + "</cols>");
        sheetBegins = sheet.written();
        rowsInSheet = 0;
        if (workbook.hasHeader()) {
            beginRow();
            for (int i = 0; i < columns.size(); i++) {
                beginCell(i);
                try {
                    XlsxCells.putHeader(columns.get(i).name(), sheet);
                } catch (IllegalArgumentException e) {
                    throw RowDataFormat.failure(0, columns.get(i), e);
                }
            }
            sheet.put(END_ROW);
        }
    }

    private void beginRow() throws IOException {
        rowsInSheet++;
        sheet.put(BEGIN_ROW);
        sheet.putLong(rowsInSheet);
        sheet.put(BEGIN_CELLS);
    }

    private void beginCell(int column) throws IOException {
        sheet.put(beginnings[column]);
        sheet.putLong(rowsInSheet);
        sheet.put('"');
    }

    @Override
    public void write(RowBatch batch, int from, int to) throws IOException {
        for (int row = from; row < to; row++) {
            if (rowsInSheet == rowsPerSheet || sheet.written() - sheetBegins >= bytesPerSheet) {
                workbook.endSheet();
                beginSheet();
            }
            writeRow(batch, row);
        }
    }

    private void writeRow(RowBatch batch, int row) throws IOException {
        beginRow();
        for (int i = 0; i < cells.length; i++) {
            ColumnVector values = batch.column(selection[i]);
            if (!values.isNull(row)) { // NULL is no cell
                beginCell(i);
                try {
                    cells[i].write(values, row, sheet);
                } catch (IllegalArgumentException e) {
                    throw RowDataFormat.failure(rows + 1, columns.get(i), e);
                }
            }
        }
        sheet.put(END_ROW);
        rows++;
    }

    @Override
    public void finish() throws IOException {
        workbook.endSheet();
        workbook.finish();
    }

    @Override
    public long bytes() {
        return workbook.bytes();
    }
}
