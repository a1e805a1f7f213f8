package io.waybill.rows;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * Makes the text of batches in the thread that has read them: several readers encode at once, and who writes the file only puts their texts
 * together.
 */
final class AheadEncoder {

    /** Larger batches are encoded as they are written: their values need not be in memory once more. */
    private static final int MOST_BYTES = 1 << 20;

    private final RowFormat format;
    private final RowEncoder encoder;
    private final ByteSink text;

    private AheadEncoder(RowFormat format, RowEncoder encoder, ByteSink text) {
        this.format = format;
        this.encoder = encoder;
        this.text = text;
    }

    /** @return null where the format cannot make texts ahead of the file */
    static AheadEncoder of(RowFormat format, RowSchema schema) {
        ByteSink text = ByteSink.inMemory();
        try {
            Optional<RowEncoder> encoder = format.openAhead(schema, text);
            return encoder.map(each -> new AheadEncoder(format, each, text)).orElse(null);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // nothing is written but memory
        }
    }

    void encode(RowBatch batch) {
        if (batch.byteSize() > MOST_BYTES) {
            return;
        }
        text.clear();
        try {
            encoder.write(batch, 0, batch.rows());
            batch.takeText(format, text);
        } catch (IOException | RuntimeException e) {
            // who writes the file comes to the same value, and knows in which of its rows that is
        }
    }
}
