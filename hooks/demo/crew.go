package demo

import (
	"crypto/rand"
	"fmt"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
)

// crew are the people who run the demo.
type crew struct{ manager, treasurer, supervisor, storekeeper, first, second act.Actor }

// Login is one way into the demo, printed for the person who looks at it.
type Login struct {
	Door     string `json:"door"`
	Role     string `json:"role"`
	Identity string `json:"identity"`
	Password string `json:"password"`
}

// Doors of the roles.
const (
	memberDoor  = "/anggota/"
	tillDoor    = "/kasir/"
	officeDoor  = "/kelola/"
	managerDoor = "/_/"
)

// letters of passwords, without those that look alike.
const letters = "abcdefghjkmnpqrstuvwxyz23456789"

// password makes twelve random letters in three groups: 59 bits, easy to type.
func password() string {
	var raw [12]byte
	_, _ = rand.Read(raw[:]) // never fails since Go 1.24
	var b strings.Builder
	for i, c := range raw {
		if i > 0 && i%4 == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(letters[int(c)%len(letters)])
	}
	return b.String()
}

// digits makes a PIN.
func digits() string {
	var raw [6]byte
	_, _ = rand.Read(raw[:]) // never fails since Go 1.24
	for i, c := range raw {
		raw[i] = '0' + c%10
	}
	return string(raw[:])
}

// hire makes the tills and everybody who works for the co-op. The second cashier has no printed login:
// the till's visitor begins at the first.
func (b *builder) hire() error {
	tills := map[string]string{}
	first, err := b.app.FindFirstRecordByData("tills", "code", "K1")
	if err != nil {
		return err
	}
	second, err := b.save("tills", map[string]any{"code": "K2", "name": "Kasir 2", "place": "Lobi lantai 1"})
	if err != nil {
		return err
	}
	if _, err := b.save("tills", map[string]any{"code": "K3", "name": "Kasir cadangan", "place": "Gudang"}); err != nil {
		return err // nobody's own, and free: for a manager who steps in while both cashiers are at theirs
	}
	tills["K1"], tills["K2"] = first.Id, second.Id
	secret := password()
	manager, err := b.save(core.CollectionNameSuperusers, map[string]any{"id": "pengurus0000001", "email": "pengurus@kpdk.example", "password": secret})
	if err != nil {
		return err
	}
	b.crew.manager = act.ActorOf(manager)
	defer func() {
		b.built.Logins = append(b.built.Logins, Login{managerDoor, string(act.Manager), manager.Email(), secret})
	}()
	for i, o := range []struct {
		into                    *act.Actor
		role                    act.Role
		name, email, till, door string
	}{
		{&b.crew.first, act.Cashier, "Wening Astuti", "kasir@kpdk.example", "K1", tillDoor},
		{&b.crew.second, act.Cashier, "Rahman Siregar", "kasir2@kpdk.example", "K2", ""},
		{&b.crew.storekeeper, act.Storekeeper, "Ujang Suherman", "gudang@kpdk.example", "", officeDoor},
		{&b.crew.treasurer, act.Treasurer, "Yustina Kalembu", "bendahara@kpdk.example", "", officeDoor},
		{&b.crew.supervisor, act.Supervisor, "Hasanuddin Rauf", "pengawas@kpdk.example", "", officeDoor},
	} {
		secret := password()
		r, err := b.save("operators", map[string]any{"id": fmt.Sprintf("petugas%08d", i+1), "email": o.email, "verified": true, "name": o.name, "role": string(o.role), "till": tills[o.till], "active": true, "password": secret})
		if err != nil {
			return err
		}
		if *o.into = act.ActorOf(r); o.door != "" {
			b.built.Logins = append(b.built.Logins, Login{o.door, string(o.role), o.email, secret})
		}
	}
	return nil
}
