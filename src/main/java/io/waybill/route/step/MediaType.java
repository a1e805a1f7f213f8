package io.waybill.route.step;

import io.waybill.flow.Compression;
import io.waybill.flow.FileFormat;
import java.util.Locale;

/** The media types of exported files, as IANA registers them. */
final class MediaType {

    private MediaType() {}

    /** The media type of a file, by its name. */
    static String of(String name) {
        String file = name.toLowerCase(Locale.ROOT);
        for (Compression compression : Compression.values()) {
            if (compression != Compression.NONE && file.endsWith(compression.extension())) {
                return compression.mediaType();
            }
        }
        return FileFormat.mediaTypeOf(FileFormat.extensionOf(file));
    }
}
