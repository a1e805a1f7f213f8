package io.waybill.format;

import io.waybill.rows.ByteSink;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.io.output.CountingOutputStream;

/**
 * The package of a workbook (ECMA-376, part 2), which is a zip file: its sheets, one after the other, and behind them the parts that tell
 * of them. It holds no time and no name of a machine, so that the same rows make the same bytes.
 */
final class XlsxWorkbook {

    static final String MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

    private static final String DECLARATION = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
    private static final String OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private static final String PACKAGE = "http://schemas.openxmlformats.org/package/2006/";
    private static final String SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.";

    /** As early as zip files have times, but for a month: of the first moment, Java writes another form that knows zones. */
    private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 2, 1, 0, 0);

    private static final int BUFFER_BYTES = 1 << 16;

    /** Of sheets: a third less time than the usual 6, for files that are 7 percent larger. */
    private static final int LEVEL = 4;

    private static final int SINK_BYTES = 1 << 16;

    private final String sheetName;
    private final boolean hasHeader;
    private final CountingOutputStream counted;
    private final Zip zip;
    private final ByteSink sink;
    private int sheets;

    XlsxWorkbook(String sheetName, boolean hasHeader, OutputStream out) throws IOException {
        this.sheetName = sheetName;
        this.hasHeader = hasHeader;
        this.counted = new CountingOutputStream(new BufferedOutputStream(out, BUFFER_BYTES));
        this.zip = new Zip(counted);
        // what it holds counts as it is: a file ends early rather than late by what the compressor holds, which nobody
        // tells
        this.sink = new ByteSink(zip, SINK_BYTES);
        // by which programs know what the file is that look at its beginning alone
        put("_rels/.rels", relationships(relationship(1, OFFICE + "/officeDocument", "xl/workbook.xml")));
        put("xl/styles.xml", XlsxStyle.xml());
    }

    /** A zip file whose compressor gives its memory back when the file ends. */
    private static final class Zip extends ZipOutputStream {

        Zip(OutputStream out) {
            super(out);
            setLevel(LEVEL);
        }

        void end() throws IOException {
            finish();
            def.end();
        }
    }

    /** Whether sheets begin with the columns' names. */
    boolean hasHeader() {
        return hasHeader;
    }

    /**
     * Begins a sheet.
     *
     * @param columns the XML of its columns' widths
     * @return where its rows go
     */
    ByteSink beginSheet(String columns) throws IOException {
        sheets++;
        begin("xl/worksheets/sheet" + sheets + ".xml");
        String pane = hasHeader
                ? "<pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/><selection pane=\"bottomLeft\"/>"
                : "";
        put("<worksheet xmlns=\"" + MAIN + "\"><sheetViews><sheetView workbookViewId=\"0\">" + pane
                + "</sheetView></sheetViews><sheetFormatPr defaultRowHeight=\"15\"/>" + columns + "<sheetData>");
        return sink;
    }

    void endSheet() throws IOException {
        put("</sheetData></worksheet>");
        end();
    }

    /** Bytes so far, before what was put last is compressed. */
    long bytes() {
        return counted.getByteCount() + sink.at();
    }

    /** Puts the parts that tell of the sheets; the stream stays open. */
    void finish() throws IOException {
        StringBuilder list = new StringBuilder();
        StringBuilder relationships = new StringBuilder();
        StringBuilder types = new StringBuilder();
        for (int i = 1; i <= sheets; i++) {
            String name = escaped(i == 1 ? sheetName : sheetName + " " + i);
            list.append("<sheet name=\"" + name + "\" sheetId=\"" + i + "\" r:id=\"rId" + i + "\"/>");
            relationships.append(relationship(i, OFFICE + "/worksheet", "worksheets/sheet" + i + ".xml"));
            types.append(type("/xl/worksheets/sheet" + i + ".xml", "worksheet+xml"));
        }
        relationships.append(relationship(sheets + 1, OFFICE + "/styles", "styles.xml"));
        put(
                "xl/workbook.xml",
                "<workbook xmlns=\"" + MAIN + "\" xmlns:r=\"" + OFFICE
                        + "\"><bookViews><workbookView/></bookViews><sheets>" + list + "</sheets></workbook>");
        put("xl/_rels/workbook.xml.rels", relationships(relationships.toString()));
        put(
                "[Content_Types].xml",
                "<Types xmlns=\"" + PACKAGE
                        + "content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-"
                        + "package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/>"
                        + type("/xl/workbook.xml", "sheet.main+xml") + type("/xl/styles.xml", "styles+xml") + types
                        + "</Types>");
        zip.end();
        counted.flush();
    }

    private static String type(String part, String type) {
        return "<Override PartName=\"" + part + "\" ContentType=\"" + SHEET_TYPE + type + "\"/>";
    }

    private static String relationship(int id, String type, String target) {
        return "<Relationship Id=\"rId" + id + "\" Type=\"" + type + "\" Target=\"" + target + "\"/>";
    }

    private static String relationships(String all) {
        return "<Relationships xmlns=\"" + PACKAGE + "relationships\">" + all + "</Relationships>";
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
    }

    private void put(String part, String xml) throws IOException {
        begin(part);
        put(xml);
        end();
    }

    private void begin(String part) throws IOException {
        ZipEntry entry = new ZipEntry(part);
        entry.setTimeLocal(NO_TIME);
        zip.putNextEntry(entry);
        put(DECLARATION);
    }

    private void end() throws IOException {
        sink.flush();
        zip.closeEntry();
    }

    private void put(String xml) throws IOException {
        sink.put(xml.getBytes(StandardCharsets.UTF_8));
    }
}
