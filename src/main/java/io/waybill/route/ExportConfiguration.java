package io.waybill.route;

import io.waybill.flow.Refusal;
import io.waybill.flow.RunRules.Overlap;
import io.waybill.flow.RunRules.SchemaChange;
import java.util.List;
import java.util.Set;
import org.apache.camel.spi.DataFormat;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;

/** The options of {@code waybill:begin}: the keys of an export flow, in Camel's spelling. */
@UriParams
public class ExportConfiguration {

    @UriParam
    private String sourceDatasetId;

    @UriParam
    private String datasource;

    @UriParam(defaultValue = "public")
    private String namespace = "public";

    @UriParam
    private String filePath;

    @UriParam(label = "advanced")
    private List<DeliveryBean> deliveries = List.of();

    @UriParam(defaultValue = "full", enums = "full,batch,incremental,changes_only")
    private String mode;

    @UriParam
    private String batchId;

    @UriParam(defaultValue = "csv", enums = "csv,tsv,json,jsonl,parquet")
    private String format = "csv";

    @UriParam
    private String columns;

    @UriParam
    private String excludeColumns;

    @UriParam(defaultValue = "all", enums = "all,required,no_pii")
    private String select = "all";

    @UriParam(defaultValue = "exclude", enums = "exclude,allow")
    private String piiPolicy = "exclude";

    @UriParam
    private List<FilterBean> filters = List.of();

    @UriParam
    private String orderBy;

    @UriParam
    private long limit;

    @UriParam
    private long maxRowsPerFile;

    @UriParam
    private long targetFileSizeBytes;

    @UriParam
    private long maxRowGroupsPerFile;

    @UriParam
    private String chunkBy;

    @UriParam(defaultValue = "day", enums = "hour,day,week,month,year")
    private String chunkEvery = "day";

    @UriParam
    private long maxArchiveSize;

    @UriParam(defaultValue = "none", enums = "none,gzip,zstd,zip")
    private String compression = "none";

    @UriParam(label = "security")
    private EncryptionBean encryption;

    @UriParam(enums = "overwrite,fail,version")
    private String ifExists;

    @UriParam(defaultValue = "1")
    private int parallelism = 1;

    @UriParam
    private boolean skipEmpty;

    @UriParam
    private boolean checksums;

    @UriParam
    private boolean sinceLastExport;

    @UriParam
    private String watermarkLag;

    @UriParam(defaultValue = "10s")
    private String watermarkWait = "10s";

    @UriParam(defaultValue = "exclude", enums = "exclude,first,fail")
    private String watermarkNulls = "exclude";

    @UriParam(defaultValue = "skip", enums = "skip,queue")
    private String overlap = "skip";

    @UriParam(defaultValue = "allow", enums = "allow,notify,fail")
    private String schemaChange = "allow";

    @UriParam(defaultValue = "UTC")
    private String timezone = "UTC";

    @UriParam(label = "advanced")
    private DataSetBean dataSet;

    @UriParam(label = "advanced")
    @Metadata(javaType = "org.apache.camel.spi.DataFormat")
    private DataFormat dataFormat;

    private Set<String> given = Set.of();

    /** @param names the options that stand in the endpoint's URI, be it with what holds without them */
    public void given(Set<String> names) {
        this.given = Set.copyOf(names);
    }

    /** Whether an option is set whose key is this in a flow. */
    boolean isGiven(String key) {
        return given.contains(Refusal.optionOf(key)) || key.equals("batch_id") && batchId != null;
    }

    public SchemaChange toSchemaChange() {
        return ExportOptions.choice(schemaChange, SchemaChange.class);
    }

    public Overlap toOverlap() {
        return ExportOptions.choice(overlap, Overlap.class);
    }

    public String getSourceDatasetId() {
        return sourceDatasetId;
    }

    /** The data set to export: a declared one's id, or a table or view. */
    public void setSourceDatasetId(String sourceDatasetId) {
        this.sourceDatasetId = sourceDatasetId;
    }

    public String getDatasource() {
        return datasource;
    }

    /** The data source to read; without it, the data set's own, or the default one. */
    public void setDatasource(String datasource) {
        this.datasource = datasource;
    }

    public String getNamespace() {
        return namespace;
    }

    /** The flow's group, and the first schema that the data set is looked for in. */
    public void setNamespace(String namespace) {
        this.namespace = namespace;
    }

    public String getFilePath() {
        return filePath;
    }

    /** Where the files go on this machine, with variables such as {ds} and {batch_id}; a directory where it ends in a slash. */
    public void setFilePath(String filePath) {
        this.filePath = filePath;
    }

    public List<DeliveryBean> getDeliveries() {
        return deliveries;
    }

    /** Where the files go, instead of to a file path of this machine: references of delivery beans, separated by commas. */
    public void setDeliveries(List<DeliveryBean> deliveries) {
        this.deliveries = deliveries;
    }

    public String getMode() {
        return mode;
    }

    /** Which rows: full, batch, incremental or changes_only. */
    public void setMode(String mode) {
        this.mode = mode;
    }

    public String getBatchId() {
        return batchId;
    }

    /** The batch of mode batch. */
    public void setBatchId(String batchId) {
        this.batchId = batchId;
    }

    public String getFormat() {
        return format;
    }

    /** The files' format: csv, tsv, json, jsonl or parquet. */
    public void setFormat(String format) {
        this.format = format;
    }

    public String getColumns() {
        return columns;
    }

    /** The columns to export, in this order, separated by commas. */
    public void setColumns(String columns) {
        this.columns = columns;
    }

    public String getExcludeColumns() {
        return excludeColumns;
    }

    /** Columns to leave out, separated by commas. */
    public void setExcludeColumns(String excludeColumns) {
        this.excludeColumns = excludeColumns;
    }

    public String getSelect() {
        return select;
    }

    /** Which columns where none are named: all, required or no_pii. */
    public void setSelect(String select) {
        this.select = select;
    }

    public String getPiiPolicy() {
        return piiPolicy;
    }

    /** What happens to columns that are marked pii: exclude or allow. */
    public void setPiiPolicy(String piiPolicy) {
        this.piiPolicy = piiPolicy;
    }

    public List<FilterBean> getFilters() {
        return filters;
    }

    /** Conditions that all rows meet: references of filter beans, separated by commas. */
    public void setFilters(List<FilterBean> filters) {
        this.filters = filters;
    }

    public String getOrderBy() {
        return orderBy;
    }

    /** The rows' order: columns, separated by commas, each with desc behind it where it descends. */
    public void setOrderBy(String orderBy) {
        this.orderBy = orderBy;
    }

    public long getLimit() {
        return limit;
    }

    /** Rows at most; 0 for all. */
    public void setLimit(long limit) {
        this.limit = limit;
    }

    public long getMaxRowsPerFile() {
        return maxRowsPerFile;
    }

    /** Rows of a file at most; 0 for no limit. */
    public void setMaxRowsPerFile(long maxRowsPerFile) {
        this.maxRowsPerFile = maxRowsPerFile;
    }

    public long getTargetFileSizeBytes() {
        return targetFileSizeBytes;
    }

    /** Bytes, before compression, at which another file begins; 0 for no limit. */
    public void setTargetFileSizeBytes(long targetFileSizeBytes) {
        this.targetFileSizeBytes = targetFileSizeBytes;
    }

    public long getMaxRowGroupsPerFile() {
        return maxRowGroupsPerFile;
    }

    /** Row groups of a Parquet file; 0 for no limit. It takes precedence over the size. */
    public void setMaxRowGroupsPerFile(long maxRowGroupsPerFile) {
        this.maxRowGroupsPerFile = maxRowGroupsPerFile;
    }

    public String getChunkBy() {
        return chunkBy;
    }

    /** A column of dates or times: each span of it has files of its own. */
    public void setChunkBy(String chunkBy) {
        this.chunkBy = chunkBy;
    }

    public String getChunkEvery() {
        return chunkEvery;
    }

    /** How long such a span is: hour, day, week, month or year. */
    public void setChunkEvery(String chunkEvery) {
        this.chunkEvery = chunkEvery;
    }

    public long getMaxArchiveSize() {
        return maxArchiveSize;
    }

    /** Bytes that no zip archive has more of; 0 for no limit. */
    public void setMaxArchiveSize(long maxArchiveSize) {
        this.maxArchiveSize = maxArchiveSize;
    }

    public EncryptionBean getEncryption() {
        return encryption;
    }

    /** How files are encrypted: a reference of an encryption bean. */
    public void setEncryption(EncryptionBean encryption) {
        this.encryption = encryption;
    }

    public String getCompression() {
        return compression;
    }

    /** How files are compressed: none, gzip, zstd or zip. */
    public void setCompression(String compression) {
        this.compression = compression;
    }

    public String getIfExists() {
        return ifExists;
    }

    /** What happens to files that are there already: overwrite, fail or version; the last for exports since the last one. */
    public void setIfExists(String ifExists) {
        this.ifExists = ifExists;
    }

    public int getParallelism() {
        return parallelism;
    }

    /** How many readers share the rows, where they can be divided: 1 to 64. */
    public void setParallelism(int parallelism) {
        this.parallelism = parallelism;
    }

    public boolean isSkipEmpty() {
        return skipEmpty;
    }

    /** Whether nothing is delivered when there are no rows. */
    public void setSkipEmpty(boolean skipEmpty) {
        this.skipEmpty = skipEmpty;
    }

    public boolean isChecksums() {
        return checksums;
    }

    /** Whether the waybill tells what each column's values come to, to compare them with the source later. */
    public void setChecksums(boolean checksums) {
        this.checksums = checksums;
    }

    public boolean isSinceLastExport() {
        return sinceLastExport;
    }

    /** Whether only rows are exported that no earlier run has: by the batch, else by the data set's watermark. */
    public void setSinceLastExport(boolean sinceLastExport) {
        this.sinceLastExport = sinceLastExport;
    }

    public String getWatermarkLag() {
        return watermarkLag;
    }

    /** How far to stay behind the database's clock, for rows that are committed late: 5 minutes. */
    public void setWatermarkLag(String watermarkLag) {
        this.watermarkLag = watermarkLag;
    }

    public String getWatermarkWait() {
        return watermarkWait;
    }

    /** How long to wait for open transactions of PostgreSQL whose rows could not be told from older ones later. */
    public void setWatermarkWait(String watermarkWait) {
        this.watermarkWait = watermarkWait;
    }

    public String getWatermarkNulls() {
        return watermarkNulls;
    }

    /** What becomes of rows without a watermark: exclude, first (with the first export) or fail. */
    public void setWatermarkNulls(String watermarkNulls) {
        this.watermarkNulls = watermarkNulls;
    }

    public String getOverlap() {
        return overlap;
    }

    /** What becomes of a run that is started while another is under way: skip (it is refused) or queue (it waits). */
    public void setOverlap(String overlap) {
        this.overlap = overlap;
    }

    public String getSchemaChange() {
        return schemaChange;
    }

    /** What becomes of a run whose columns are not those of the last one: allow, notify or fail. */
    public void setSchemaChange(String schemaChange) {
        this.schemaChange = schemaChange;
    }

    public String getTimezone() {
        return timezone;
    }

    /** The zone of the run's logical date. */
    public void setTimezone(String timezone) {
        this.timezone = timezone;
    }

    public DataSetBean getDataSet() {
        return dataSet;
    }

    /** The declaration of the data set: a reference of a data set bean. */
    public void setDataSet(DataSetBean dataSet) {
        this.dataSet = dataSet;
    }

    public DataFormat getDataFormat() {
        return dataFormat;
    }

    /** The data format, with its options; without it, that of the format, with its defaults. */
    public void setDataFormat(DataFormat dataFormat) {
        this.dataFormat = dataFormat;
    }
}
