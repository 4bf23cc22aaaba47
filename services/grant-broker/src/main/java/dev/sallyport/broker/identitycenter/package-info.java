/**
 * The transport {@code ssm}: for each grant a permission set in IAM Identity Center, named by the grant's id, that lets one
 * person start sessions to the db-proxies of one deployment, and nothing else.
 *
 * <pre>
 *  up    find user ─▶ create set ─▶ put policy ─▶ assign ─▶ await assignment ─▶ stands
 *                         │ refused, or too late: the grant fails, and what is there goes down
 *  down  find set ─▶ settle ─▶ end sessions ─▶ unassign ─▶ await unassignment ─▶ delete set ─▶ gone
 *                                                 ▲────────── rediscover ◀─── still assigned
 * </pre>
 *
 * {@link dev.sallyport.broker.identitycenter.Steps} takes one step by calls to AWS that may be repeated. {@code Provisionings}
 * keeps how far each grant is; {@code ProvisioningWorker} leases a row, takes its step outside of any transaction, and stores
 * what became of it. A broker that is killed at any point leaves a row whose lease runs out, and the next one takes that step
 * again. The end of a provisioning is told to the grant in the transaction that stores it. {@code Reconciler} looks in AWS for
 * sets of ours that no grant has any more.
 */
@NullMarked
package dev.sallyport.broker.identitycenter;

import org.jspecify.annotations.NullMarked;
