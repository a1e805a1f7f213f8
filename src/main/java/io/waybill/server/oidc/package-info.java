/**
 * Users of an OpenID provider: its keys, and what its tokens prove. Knows nothing of the server's calls and grants, which asks it
 * who somebody is.
 */
package io.waybill.server.oidc;
