package act

import (
	"github.com/pocketbase/pocketbase/core"
)

// Role is what an actor may be.
type Role string

// The roles of a co-op.
const (
	Nobody      Role = ""
	Member      Role = "member"
	Cashier     Role = "cashier"
	Storekeeper Role = "storekeeper"
	Treasurer   Role = "treasurer"
	Supervisor  Role = "supervisor"
	Manager     Role = "manager"
	Console     Role = "console" // the person at the machine's command line
	System      Role = "system"  // crons and first starts
)

// OperatorRoles are the roles an operator's login may carry.
var OperatorRoles = []Role{Cashier, Storekeeper, Treasurer, Supervisor}

// Actor is who does an act: a record id and a role. Number is a member's own number, Till a cashier's till.
type Actor struct {
	ID     string
	Role   Role
	Name   string
	Number int64
	Till   string
}

// ByConsole and BySystem are the two actors without a login.
var (
	ByConsole = Actor{ID: "console", Role: Console, Name: "console"}
	BySystem  = Actor{ID: "system", Role: System, Name: "system"}
)

// ActorOf reads an actor from PocketBase's auth record; nil is Nobody. A member who has left and an
// operator who is no longer active are Nobody too.
func ActorOf(auth *core.Record) Actor {
	if auth == nil {
		return Actor{}
	}
	switch auth.Collection().Name {
	case core.CollectionNameSuperusers:
		return Actor{ID: auth.Id, Role: Manager, Name: auth.Email()}
	case "operators":
		if auth.GetBool("active") {
			return Actor{ID: auth.Id, Role: Role(auth.GetString("role")), Name: auth.GetString("name"), Till: auth.GetString("till")}
		}
	case "members":
		if auth.GetString("status") != "left" {
			return Actor{ID: auth.Id, Role: Member, Name: auth.GetString("name"), Number: int64(auth.GetInt("number"))}
		}
	}
	return Actor{}
}
