package io.waybill.format;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.parquet.PlainReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * What is in a Parquet file, read by the reference implementation.
 *
 * @param types each column's name, and what its values mean; whether it may hold NULL aside
 * @param rows the texts of the values; null for NULL
 */
public record ParquetRows(List<String> types, List<List<String>> rows, int rowGroups) {

    public static ParquetRows of(Path file) {
        try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(file), new PlainReadOptions())) {
            MessageType schema = reader.getFileMetaData().getSchema();
            MessageColumnIO columns = new ColumnIOFactory().getColumnIO(schema);
            List<List<String>> rows = new ArrayList<>();
            int groups = 0;
            for (PageReadStore pages = reader.readNextRowGroup(); pages != null; pages = reader.readNextRowGroup()) {
                groups++;
                RecordReader<Group> records = columns.getRecordReader(pages, new GroupRecordConverter(schema));
                for (long i = 0; i < pages.getRowCount(); i++) {
                    rows.add(row(schema, records.read()));
                }
            }
            return new ParquetRows(
                    schema.getFields().stream().map(ParquetRows::type).toList(), rows, groups);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Decimals of many digits may have more bytes than they need. */
    private static String type(Type field) {
        String primitive = field.asPrimitiveType().getPrimitiveTypeName().name();
        return field.getName() + " " + primitive + " "
                + String.valueOf(field.getLogicalTypeAnnotation())
                        .replace("INTEGER(32,true)", "null")
                        .replace("INTEGER(64,true)", "null");
    }

    private static List<String> row(MessageType schema, Group record) {
        List<String> row = new ArrayList<>();
        for (int i = 0; i < schema.getFieldCount(); i++) {
            boolean isNull = record.getFieldRepetitionCount(i) == 0;
            row.add(isNull ? null : text(schema.getType(i), record, i));
        }
        return row;
    }

    private static String text(Type type, Group record, int field) {
        return switch (type.asPrimitiveType().getPrimitiveTypeName()) {
            case FIXED_LEN_BYTE_ARRAY ->
                type.getLogicalTypeAnnotation().toString().startsWith("DECIMAL")
                        ? new BigInteger(record.getBinary(field, 0).getBytes()).toString()
                        : HexFormat.of().formatHex(record.getBinary(field, 0).getBytes());
            case BINARY ->
                type.getLogicalTypeAnnotation() == null
                        ? HexFormat.of().formatHex(record.getBinary(field, 0).getBytes())
                        : record.getBinary(field, 0).toStringUsingUTF8();
            default -> record.getValueToString(field, 0);
        };
    }
}
