package io.waybill.delivery.iceberg;

import static io.waybill.settings.Setting.choice;
import static io.waybill.settings.Setting.text;

import io.waybill.WaybillException;
import io.waybill.delivery.CamelKind;
import io.waybill.delivery.Connection;
import io.waybill.delivery.ConnectionCheck;
import io.waybill.delivery.FileStore;
import io.waybill.flow.Delivery;
import io.waybill.flow.Key;
import io.waybill.flow.PathTemplate;
import io.waybill.flow.Refusal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;

/**
 * A table of Iceberg: {@code iceberg://catalog/namespace.table}. The files of a run are uploaded to where the table keeps its data, and
 * nobody sees them there; its waybill, which comes last, becomes the snapshot that has them all.
 */
public final class IcebergKind extends CamelKind {

    static final List<String> CATALOGS = List.of("jdbc", "rest");

    private static final String EXAMPLE = "iceberg://catalog/namespace.table";

    private static final Pattern TABLE = Pattern.compile("[^/.{}\\s]+(\\.[^/.{}\\s]+)+");

    /** What is wrong at the catalog, and stays so; by their names, since Iceberg may not be there. */
    private static final Set<String> LASTING = Set.of(
            "AlreadyExistsException",
            "BadRequestException",
            "ForbiddenException",
            "NoSuchIcebergTableException",
            "NoSuchNamespaceException",
            "NoSuchTableException",
            "NotAuthorizedException",
            "ValidationException");

    private static final List<Key<?>> SETTINGS = List.of(
            choice("catalog", CATALOGS, "what keeps the tables: a database, or a server of Iceberg's REST protocol")
                    .option("catalogType"),
            text("url", "of the catalog: `jdbc:…`, or `https://host/iceberg`")
                    .secret()
                    .option("catalogUrl"),
            text("username", "of a database").option("username"),
            text("password", "").secret().option("password"),
            text("token", "of a REST catalog").secret().option("token"),
            text("credential", "of a REST catalog: `id:secret`, for which it gives a token")
                    .secret()
                    .option("credential"),
            text("oauth2-server-url", "where that is asked for").option("oauth2ServerUrl"),
            text("scope", "what the token is for").option("scope"),
            text("warehouse", "where tables lie: a folder, or `s3://bucket/folder`")
                    .option("warehouse"),
            text("files", "the connection of type `s3` by which files in buckets are read and written")
                    .option("files"),
            text("table", "for `waybill check`, where no flow says: `iceberg://catalog/namespace.table`"));

    public IcebergKind() {
        super("iceberg", EXAMPLE, SETTINGS, "iceberg");
    }

    @Override
    public boolean tellsCaseApart() {
        return true;
    }

    @Override
    public List<String> endpoints() {
        return List.of("waybill-iceberg:");
    }

    @Override
    public boolean takesTableFiles() {
        return true;
    }

    /** Each run has a folder of its own: what a table has is never written anew. */
    @Override
    public String below() {
        return "{flow_id}/{run_id}/";
    }

    @Override
    public boolean namesFiles(Delivery delivery) {
        return false;
    }

    @Override
    public String pathProblem(PathTemplate path, String shown) {
        Delivery delivery = Delivery.local(path, null);
        boolean isTable = !delivery.authority().isEmpty()
                && TABLE.matcher(delivery.path().text()).matches();
        return isTable ? null : "\"" + shown + "\" names no table; write " + EXAMPLE + ", without variables";
    }

    @Override
    public List<Refusal> refusals(Delivery delivery, String key, Predicate<String> given) {
        List<Refusal> refusals = new ArrayList<>();
        if (delivery.connection() == null) {
            refusals.add(new Refusal(
                    key,
                    "\"" + delivery.uri().text() + "\" needs a connection of type iceberg, which has the catalog"));
        }
        if (given.test("if_exists")) {
            refusals.add(new Refusal(
                    "if_exists", "is for files; options.write says what becomes of the rows that the table has"));
        }
        if (!delivery.query().isEmpty()) {
            refusals.add(new Refusal(key, "has options behind a question mark; write them as options = { … }"));
        }
        return refusals;
    }

    @Override
    public Optional<String> probe(Connection connection) {
        return connection.value("table");
    }

    @Override
    public void check(ConnectionCheck check, Delivery delivery) {
        IcebergLibrary.require();
        IcebergCheck.run(check, delivery);
    }

    @Override
    public String endpoint(
            CamelContext context, Delivery delivery, Connection connection, Map<String, String> options) {
        IcebergLibrary.require();
        for (String needed : List.of("catalog", "url")) {
            if (delivery.connection() != null && !connection.has(needed)) {
                throw WaybillException.refusal(connection.property(needed) + " is missing: "
                        + (needed.equals("url")
                                ? "where the catalog is"
                                : "what keeps the tables; allowed: " + String.join(", ", CATALOGS)));
            }
        }
        return "waybill-iceberg:" + delivery.authority() + "/" + delivery.path().text();
    }

    @Override
    protected String folder(CamelContext context, Delivery delivery) {
        return context.resolvePropertyPlaceholders(delivery.path().text());
    }

    @Override
    protected FileStore store(Endpoint endpoint) throws IOException {
        return endpoint instanceof IcebergEndpoint table ? new IcebergStore(table) : super.store(endpoint);
    }

    @Override
    protected String promise() {
        return "exactly once: one snapshot of the table a run, which is committed where the table does not have the run yet;"
                + " files are checked by their length";
    }

    @Override
    public boolean isLasting(Throwable cause) {
        Class<?> type = cause.getClass();
        return type.getName().startsWith("org.apache.iceberg.") && LASTING.contains(type.getSimpleName());
    }
}
