/**
 * What people look at: pages that the server makes of what programs are answered too, in the name of who is logged in. A page is
 * declared as an operation, asks the operations of the API inside, and shows what they answer by a template of {@code src/main/jte}.
 *
 * <p>Called by {@code cli}, which hands it to the server; stands on the server alone. Its templates and scripts are on the class path of
 * {@code waybill serve}, and of no other command.
 */
package io.waybill.page;
