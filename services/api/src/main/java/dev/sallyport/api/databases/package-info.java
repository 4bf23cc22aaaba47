/**
 * Databases that nobody onboarded: registered by hand, with the users that people may ask for and where AWS Secrets Manager
 * keeps their passwords; and the deployments of db-proxies that reach databases.
 */
@NullMarked
package dev.sallyport.api.databases;

import org.jspecify.annotations.NullMarked;
