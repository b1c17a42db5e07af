// For mongosh, by compose.yaml: the replica set, its administrator and the hub's user. May be run again.
/* global db, rs, print, quit, sleep */
const { readFileSync } = require('node:fs');

const secret = (name) => readFileSync(`/run/secrets/${name}`, 'utf8').trim();
const admin = db.getSiblingDB('admin');
const members = ['mongo-1', 'mongo-2', 'mongo-3'].map((host, place) => ({
  _id: place,
  host: `${host}:27017`,
  // Primary where all are well, so that the very first user can be made from this loopback.
  priority: place === 0 ? 2 : 1,
}));

const signIn = () => {
  try {
    return admin.auth('root', secret('mongo-admin-password')).ok === 1;
  } catch {
    return false;
  }
};

if (!signIn()) {
  try {
    rs.initiate({ _id: 'rs0', members });
  } catch (error) {
    if (error.codeName !== 'AlreadyInitialized') throw error;
  }
  for (let waited = 0; !db.hello().isWritablePrimary; waited += 1) {
    if (waited > 120) {
      print('mongo-1 did not become primary within two minutes');
      quit(1);
    }
    sleep(1000);
  }
  admin.createUser({ user: 'root', pwd: secret('mongo-admin-password'), roles: ['root'] });
  signIn();
}
// Its own database, where it also tries out what it relies on, and nothing else.
const roles = [{ role: 'readWrite', db: 'lienthong' }];
if (admin.getUser('lienthong') === null) {
  if (!db.hello().isWritablePrimary) {
    print('the user of the hub is not there and mongo-1 is not primary: run this again when it is');
    quit(1);
  }
  admin.createUser({ user: 'lienthong', pwd: secret('mongo-hub-password'), roles }, { w: 'majority' });
}
print('the replica set is there, and so is the user of the hub');
