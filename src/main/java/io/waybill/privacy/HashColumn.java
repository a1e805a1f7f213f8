package io.waybill.privacy;

import io.waybill.flow.Transform.Encoding;
import io.waybill.flow.TransformKeys;
import io.waybill.rows.ByteSink;
import io.waybill.rows.CellWriter;
import io.waybill.rows.ColumnVector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The HMAC of each value's one text, as text. */
final class HashColumn implements ColumnTransform.OfValue {

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BASE64URL =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".getBytes(StandardCharsets.US_ASCII);

    private final CellWriter canon;
    private final Hmac hmac;
    private final boolean hex;
    private final int length;
    private final ByteSink text = ByteSink.inMemory();
    private final byte[] written = new byte[2 * Hmac.BYTES];

    HashColumn(TreatedColumn column) {
        this.canon = Canon.of(column);
        this.hmac = new Hmac(column.key().ofHashes());
        this.hex = column.transform().get(TransformKeys.ENCODING) == Encoding.HEX;
        this.length = column.transform().hashLength();
    }

    @Override
    public void append(ColumnVector values, int row, ColumnVector out) {
        text.clear();
        try {
            canon.write(values, row, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // nothing is written but memory
        }
        byte[] hash = hmac.of(text.bytes(), 0, text.at());
        if (hex) {
            for (int i = 0; i < (length + 1) / 2; i++) {
                written[2 * i] = HEX[hash[i] >> 4 & 15];
                written[2 * i + 1] = HEX[hash[i] & 15];
            }
        } else {
            putBase64(hash);
        }
        out.appendBytes(written, 0, length);
    }

    private void putBase64(byte[] hash) {
        for (int i = 0; i < length; i++) {
            int bit = 6 * i;
            int two = (hash[bit / 8] & 0xFF) << 8 | (bit / 8 + 1 < Hmac.BYTES ? hash[bit / 8 + 1] & 0xFF : 0);
            written[i] = BASE64URL[two >> 10 - bit % 8 & 63];
        }
    }
}
