package io.waybill.delivery.iceberg;

import io.waybill.WaybillException;
import io.waybill.flow.NearestName;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Category;
import org.apache.camel.Component;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.component.file.FileConstants;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;

/**
 * Add the files of a run to a table of Apache Iceberg, as one snapshot.
 *
 * <p>The message's body is a Parquet file; header CamelFileName is its name. The last message of a run is its waybill, and commits the files
 * that it lists.
 */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "waybill-iceberg",
        title = "Waybill Iceberg",
        syntax = "waybill-iceberg:catalog/table",
        category = {Category.BIGDATA, Category.DATABASE},
        producerOnly = true,
        headersClass = FileConstants.class)
public class IcebergEndpoint extends DefaultEndpoint {

    static final String APPEND = "append";
    static final String REPLACE = "replace";
    static final String REPLACE_PARTITIONS = "replace-partitions";
    private static final List<String> WRITES = List.of(APPEND, REPLACE, REPLACE_PARTITIONS, IcebergKind.UPSERT);

    @UriPath(description = "The catalog's name, as it keeps its tables under it.")
    @Metadata(required = true)
    private final String catalog;

    @UriPath(description = "The table with its namespace: sales.orders.")
    @Metadata(required = true)
    private final String table;

    @UriParam(
            label = "producer",
            enums = "jdbc,rest",
            description = "What keeps the tables: a database, or a server of Iceberg's REST protocol.")
    private String catalogType;

    @UriParam(label = "producer", description = "Where the catalog is.")
    private String catalogUrl;

    @UriParam(label = "producer,security", description = "The user of the catalog's database.")
    private String username;

    @UriParam(label = "producer,security", secret = true, description = "The password of that user.")
    private String password;

    @UriParam(label = "producer,security", secret = true, description = "A token for a REST catalog.")
    private String token;

    @UriParam(
            label = "producer,security",
            secret = true,
            description = "What a REST catalog gives a token for: id:secret.")
    private String credential;

    @UriParam(label = "producer,security", description = "Where that token is asked for.")
    private String oauth2ServerUrl;

    @UriParam(label = "producer,security", description = "What the token is for.")
    private String scope;

    @UriParam(label = "producer", description = "Where tables lie: a folder, or s3://bucket/folder.")
    private String warehouse;

    @UriParam(
            label = "producer",
            description = "The connection of type s3 by which files in buckets are read and written.")
    private String files;

    @UriParam(
            label = "producer",
            defaultValue = "false",
            description = "Whether a table that is not there is made, with the columns of the first rows.")
    private boolean create;

    @UriParam(
            label = "producer",
            defaultValue = "true",
            description = "Whether columns that the table lacks are added to it, and its types widened.")
    private boolean evolve = true;

    @UriParam(
            label = "producer",
            enums = "append,replace,replace-partitions,upsert",
            defaultValue = "append",
            description =
                    "What becomes of the rows that the table has: append, they stay; replace, the run's take their place; replace-partitions, those of the partitions that the run has rows of make room; upsert, those with the keys of the run's rows make room, and so do those that were deleted.")
    private String write = APPEND;

    @UriParam(
            label = "producer",
            description = "The partitions of a table that is made: country, day(created_at), bucket(16, id).")
    private String partitionBy;

    /** What the table said of runs whose files are being uploaded, by their ids. */
    private final Map<String, RunMark> uploading = new ConcurrentHashMap<>();

    private OpenCatalog opened;

    public IcebergEndpoint(String uri, Component component, String catalog, String table) {
        super(uri, component);
        this.catalog = catalog;
        this.table = table;
    }

    /** @throws WaybillException when an option is missing, or is none that is known */
    void check() {
        catalogType = known("catalogType", catalogType, IcebergKind.CATALOGS);
        write = known("write", write, WRITES);
        PartitionTerms.parse(partitionBy);
        if (catalogUrl == null || catalogUrl.isBlank()) {
            throw WaybillException.refusal("waybill-iceberg: catalogUrl is missing: where the catalog is");
        }
        if (catalogType.equals("jdbc") && (warehouse == null || warehouse.isBlank())) {
            throw WaybillException.refusal(
                    "waybill-iceberg: warehouse is missing: a catalog in a database has to be told where tables lie");
        }
        if (partitionBy != null && !create) {
            throw WaybillException.refusal("waybill-iceberg: partitionBy is for a table that is made: create = true");
        }
    }

    private static String known(String option, String value, List<String> allowed) {
        if (value == null) {
            throw WaybillException.refusal(
                    "waybill-iceberg: " + option + " is missing; allowed: " + String.join(", ", allowed));
        }
        return NearestName.same(value, allowed)
                .orElseThrow(() -> WaybillException.refusal(
                        "waybill-iceberg: " + option + ": " + NearestName.refusal(value, "is not known", allowed)));
    }

    /** Nothing is asked of the catalog before there is something to write: one that is away stops its own flow alone. */
    @Override
    protected void doStart() {
        // it is opened when it is first asked for
    }

    @Override
    protected synchronized void doStop() {
        if (opened != null) {
            opened.close();
            opened = null;
        }
    }

    /** The table, by the catalog that is opened where it is not. */
    synchronized LakeTable lakeTable() {
        if (opened == null) {
            opened = OpenCatalog.open(this);
        }
        return new LakeTable(this, opened);
    }

    /** Notes what the table says of a run when its first file is uploaded. */
    void uploading(RunMark mark) {
        uploading.putIfAbsent(mark.runId(), mark);
    }

    /** What the table said of a run then, or says now of one whose files another process has uploaded. */
    RunMark uploaded(RunMark now) {
        return uploading.getOrDefault(now.runId(), now);
    }

    /** A run has nothing more to upload. */
    void ended(RunMark mark) {
        uploading.remove(mark.runId());
    }

    @Override
    public Producer createProducer() {
        return new IcebergProducer(this);
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        throw new UnsupportedOperationException("waybill-iceberg: writes tables, and reads none");
    }

    public String getCatalog() {
        return catalog;
    }

    public String getTable() {
        return table;
    }

    public String getCatalogType() {
        return catalogType;
    }

    /** What keeps the tables: a database, or a server of Iceberg's REST protocol. */
    public void setCatalogType(String catalogType) {
        this.catalogType = catalogType;
    }

    public String getCatalogUrl() {
        return catalogUrl;
    }

    /** Where the catalog is. */
    public void setCatalogUrl(String catalogUrl) {
        this.catalogUrl = catalogUrl;
    }

    public String getUsername() {
        return username;
    }

    /** The user of the catalog's database. */
    public void setUsername(String username) {
        this.username = username;
    }

    public String getPassword() {
        return password;
    }

    /** The password of that user. */
    public void setPassword(String password) {
        this.password = password;
    }

    public String getToken() {
        return token;
    }

    /** A token for a REST catalog. */
    public void setToken(String token) {
        this.token = token;
    }

    public String getCredential() {
        return credential;
    }

    /** What a REST catalog gives a token for: id:secret. */
    public void setCredential(String credential) {
        this.credential = credential;
    }

    public String getOauth2ServerUrl() {
        return oauth2ServerUrl;
    }

    /** Where that token is asked for. */
    public void setOauth2ServerUrl(String oauth2ServerUrl) {
        this.oauth2ServerUrl = oauth2ServerUrl;
    }

    public String getScope() {
        return scope;
    }

    /** What the token is for. */
    public void setScope(String scope) {
        this.scope = scope;
    }

    public String getWarehouse() {
        return warehouse;
    }

    /** Where tables lie: a folder, or s3://bucket/folder. */
    public void setWarehouse(String warehouse) {
        this.warehouse = warehouse;
    }

    public String getFiles() {
        return files;
    }

    /** The connection of type s3 by which files in buckets are read and written. */
    public void setFiles(String files) {
        this.files = files;
    }

    public boolean isCreate() {
        return create;
    }

    /** Whether a table that is not there is made, with the columns of the first rows. */
    public void setCreate(boolean create) {
        this.create = create;
    }

    public boolean isEvolve() {
        return evolve;
    }

    /** Whether columns that the table lacks are added to it, and its types widened. */
    public void setEvolve(boolean evolve) {
        this.evolve = evolve;
    }

    public String getWrite() {
        return write;
    }

    /** What becomes of the rows that the table has: append, they stay; replace, the run's take their place; replace-partitions, those of the partitions that the run has rows of make room; upsert, those with the keys of the run's rows make room, and so do those that were deleted. */
    public void setWrite(String write) {
        this.write = write;
    }

    /** Whether rows take the place of those that have their key. */
    boolean isUpsert() {
        return write.equals(IcebergKind.UPSERT);
    }

    public String getPartitionBy() {
        return partitionBy;
    }

    /** The partitions of a table that is made: country, day(created_at), bucket(16, id). */
    public void setPartitionBy(String partitionBy) {
        this.partitionBy = partitionBy;
    }
}
