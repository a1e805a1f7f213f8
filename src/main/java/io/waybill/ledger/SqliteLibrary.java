package io.waybill.ledger;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.util.LibraryLoaderUtil;

/**
 * The native library of SQLite, kept beside the ledger. The driver would copy it into the folder for temporary files at each start,
 * and a process that is killed would leave it there.
 */
final class SqliteLibrary {

    private static final String FOLDER = "org.sqlite.lib.path";
    private static final String NAME = "org.sqlite.lib.name";

    private SqliteLibrary() {}

    /** Tells the driver where its library is, unless somebody has; where it cannot be kept, the driver does as usual. */
    static void prepare(Path folder) {
        if (System.getProperty(FOLDER) != null) {
            return;
        }
        String native_ = LibraryLoaderUtil.getNativeLibName();
        Path library = folder.resolve(".sqlite")
                .resolve(SQLiteJDBCLoader.getVersion() + "-" + architecture())
                .resolve(native_);
        try {
            if (!Files.exists(library)) {
                keep(library, native_);
            }
            System.setProperty(FOLDER, library.getParent().toString());
            System.setProperty(NAME, native_);
        } catch (IOException e) {
            // the folder may not be one to write into: who opens the ledger in it says so
        }
    }

    /** Of the operating system as well: a folder may be shared with a container. */
    private static String architecture() {
        String path = LibraryLoaderUtil.getNativeLibResourcePath();
        return path.substring(path.indexOf("native/") + "native/".length()).replace('/', '-');
    }

    private static void keep(Path library, String name) throws IOException {
        try (InputStream packed = LibraryLoaderUtil.class.getResourceAsStream(
                LibraryLoaderUtil.getNativeLibResourcePath() + "/" + name)) {
            if (packed == null) {
                throw new IOException("SQLite has no library for this system");
            }
            Files.createDirectories(library.getParent());
            Path copy = Files.createTempFile(library.getParent(), name, ".new");
            Files.copy(packed, copy, StandardCopyOption.REPLACE_EXISTING);
            try (FileChannel written = FileChannel.open(copy, StandardOpenOption.WRITE)) {
                written.force(true); // its name may be on the disk before its bytes are
            }
            Files.move(copy, library, StandardCopyOption.ATOMIC_MOVE);
        }
    }
}
