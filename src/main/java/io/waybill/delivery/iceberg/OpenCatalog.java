package io.waybill.delivery.iceberg;

import io.waybill.WaybillException;
import io.waybill.WaybillException.Stage;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.SessionCatalog;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.rest.HTTPClient;
import org.apache.iceberg.rest.RESTCatalogProperties;
import org.apache.iceberg.rest.RESTSessionCatalog;
import org.apache.iceberg.rest.RESTUtil;
import org.apache.iceberg.rest.auth.AuthProperties;

/**
 * A catalog that was opened, and the files that it tells of.
 *
 * @param closing what is closed with it
 */
record OpenCatalog(Catalog catalog, TableFiles files, Closeable closing) implements AutoCloseable {

    /** @throws WaybillException when it cannot be reached */
    static OpenCatalog open(IcebergEndpoint endpoint) {
        TableFiles files = new TableFiles(endpoint.getCamelContext(), endpoint.getFiles());
        try {
            return endpoint.getCatalogType().equals("jdbc") ? jdbc(endpoint, files) : rest(endpoint, files);
        } catch (RuntimeException e) {
            throw new WaybillException(
                    Stage.PUBLISH,
                    true,
                    "catalog " + endpoint.getCatalog() + " cannot be opened: " + LakeTable.reason(e),
                    e);
        }
    }

    private static OpenCatalog jdbc(IcebergEndpoint endpoint, TableFiles files) {
        Map<String, String> properties = new HashMap<>();
        properties.put(CatalogProperties.URI, endpoint.getCatalogUrl());
        properties.put(CatalogProperties.WAREHOUSE_LOCATION, location(endpoint.getWarehouse()));
        put(properties, JdbcCatalog.PROPERTY_PREFIX + "user", endpoint.getUsername());
        put(properties, JdbcCatalog.PROPERTY_PREFIX + "password", endpoint.getPassword());
        JdbcCatalog catalog = new JdbcCatalog(settings -> files, null, endpoint.isCreate());
        catalog.initialize(endpoint.getCatalog(), properties);
        return new OpenCatalog(catalog, files, catalog);
    }

    private static OpenCatalog rest(IcebergEndpoint endpoint, TableFiles files) {
        Map<String, String> properties = new HashMap<>();
        properties.put(CatalogProperties.URI, endpoint.getCatalogUrl());
        put(properties, CatalogProperties.WAREHOUSE_LOCATION, endpoint.getWarehouse());
        put(properties, "token", endpoint.getToken());
        put(properties, "credential", endpoint.getCredential());
        put(properties, "oauth2-server-uri", endpoint.getOauth2ServerUrl());
        put(properties, "scope", endpoint.getScope());
        boolean known = endpoint.getToken() != null || endpoint.getCredential() != null;
        properties.put(
                AuthProperties.AUTH_TYPE, known ? AuthProperties.AUTH_TYPE_OAUTH2 : AuthProperties.AUTH_TYPE_NONE);
        properties.put(RESTCatalogProperties.METRICS_REPORTING_ENABLED, "false");
        RESTSessionCatalog catalog = new RESTSessionCatalog(
                config -> HTTPClient.builder(config)
                        .uri(config.get(CatalogProperties.URI))
                        .withHeaders(RESTUtil.configHeaders(config))
                        .build(),
                (context, settings) -> files);
        catalog.initialize(endpoint.getCatalog(), properties);
        return new OpenCatalog(catalog.asCatalog(SessionCatalog.SessionContext.createEmpty()), files, catalog);
    }

    private static void put(Map<String, String> properties, String name, String value) {
        if (value != null) {
            properties.put(name, value);
        }
    }

    /** A folder by its whole path: the catalog tells it to others, who work elsewhere. */
    private static String location(String warehouse) {
        return warehouse.matches("[A-Za-z][A-Za-z0-9+.-]+:.*")
                ? warehouse
                : Path.of(warehouse).toAbsolutePath().normalize().toString();
    }

    @Override
    public void close() {
        try {
            closing.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
