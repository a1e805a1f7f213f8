package io.waybill.rows;

import java.io.OutputStream;
import org.apache.commons.io.output.CloseShieldOutputStream;
import org.apache.commons.io.output.CountingOutputStream;
import org.apache.parquet.io.DelegatingPositionOutputStream;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;

/**
 * A stream as a file that parquet-java may write once.
 *
 * @param out is flushed, and not closed
 */
public record StreamFile(OutputStream out) implements OutputFile {

    @Override
    public PositionOutputStream create(long blockSizeHint) {
        CountingOutputStream counting = new CountingOutputStream(CloseShieldOutputStream.wrap(out));
        return new DelegatingPositionOutputStream(counting) {
            @Override
            public long getPos() {
                return counting.getByteCount();
            }
        };
    }

    @Override
    public PositionOutputStream createOrOverwrite(long blockSizeHint) {
        return create(blockSizeHint);
    }

    @Override
    public boolean supportsBlockSize() {
        return false;
    }

    @Override
    public long defaultBlockSize() {
        return 0;
    }
}
