package io.waybill.rows;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A format that leaves columns out.
 *
 * @param format how the others are written
 * @param leftOut their names
 */
public record NarrowFormat(RowFormat format, Set<String> leftOut) implements RowFormat {

    public NarrowFormat {
        leftOut = Set.copyOf(leftOut);
    }

    /** The format itself where it leaves none out. */
    public static RowFormat of(RowFormat format, Collection<String> leftOut) {
        return leftOut.isEmpty() ? format : new NarrowFormat(format, Set.copyOf(leftOut));
    }

    @Override
    public RowEncoder open(RowSchema schema, OutputStream out) throws IOException {
        int[] selection = IntStream.range(0, schema.size())
                .filter(i -> !leftOut.contains(schema.column(i).name()))
                .toArray();
        RowSchema written =
                new RowSchema(IntStream.of(selection).mapToObj(schema::column).toList());
        return new Encoder(format.open(written, out), RowBatch.ofOthers(written), selection);
    }

    @Override
    public RowFormat numbered(Map<String, Integer> numbers, List<String> key) {
        return new NarrowFormat(format.numbered(numbers, key), leftOut);
    }

    @Override
    public String targetType(Column column) {
        return format.targetType(column);
    }

    private static final class Encoder extends ForwardingEncoder {

        private final RowBatch shown;
        private final int[] selection;

        Encoder(RowEncoder encoder, RowBatch shown, int[] selection) {
            super(encoder);
            this.shown = shown;
            this.selection = selection;
        }

        @Override
        public void write(RowBatch batch, int from, int to) throws IOException {
            shown.showColumns(batch, selection);
            encoder.write(shown, from, to);
        }
    }
}
