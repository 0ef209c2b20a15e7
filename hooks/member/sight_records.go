package member

import (
	"slices"
	"strings"
	"sync"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/internal/web"
)

// What PocketBase's own pages and routes show of members, in its dashboard first of all, counts like what ours show.

const (
	viaRecord = "record" // one row in the dashboard
	viaPaper  = "paper"
	whyOffice = "dashboard"
)

// personal says whether a collection's rows are of members: it names them, or the file of what they signed or sent.
func personal(c *core.Collection) bool {
	if slices.Contains([]string{"members", "employees", "paper_files", "objection_photos"}, c.Name) {
		return true
	}
	field := c.Fields.GetByName("member")
	return field != nil && field.Type() == core.FieldTypeRelation
}

// memberOf is the number of the member whose row a record is, 0 for nobody's.
func memberOf(r act.Reader, record *core.Record) (number int64) {
	query, value := "", record.GetString("member")
	switch record.Collection().Name {
	case "members":
		return int64(record.GetInt("number"))
	case "employees":
		query, value = "SELECT CAST(number AS INTEGER) FROM members WHERE employee = ? ORDER BY number DESC LIMIT 1", record.Id
	case "paper_files":
		query, value = "SELECT member FROM signed_papers WHERE id = CAST(? AS INTEGER)", record.GetString("paper")
	case "objection_photos":
		query, value = "SELECT member FROM objections WHERE act = CAST(? AS INTEGER)", record.GetString("objection")
	default:
		query = "SELECT CAST(number AS INTEGER) FROM members WHERE id = ?"
	}
	if r.Row(query, value).Scan(&number) != nil {
		return 0
	}
	return number
}

// office says whether somebody works for the co-op; members see what is theirs.
func office(by act.Actor) bool { return by.Role != act.Member && by.Role != act.Nobody }

func bindRecordSightings(app core.App) {
	opened := func(app core.App, by act.Actor, record *core.Record, via string) {
		if number := memberOf(act.Read(app), record); number > 0 {
			seeLater(app, by, web.Seen{Sight: web.Sight{Action: web.Opened, Via: via, Why: whyOffice}, Member: number})
		}
	}
	app.OnRecordViewRequest().BindFunc(func(e *core.RecordRequestEvent) error {
		err := e.Next()
		if by := act.ActorOf(e.Auth); err == nil && office(by) && personal(e.Collection) {
			opened(e.App, by, e.Record, viaRecord)
		}
		return err
	})
	app.OnRecordsListRequest().BindFunc(func(e *core.RecordsListRequestEvent) error {
		err := e.Next()
		by := act.ActorOf(e.Auth)
		switch {
		case err != nil || !office(by) || !personal(e.Collection) || len(e.Records) == 0:
		case len(e.Records) == 1: // whoever looks for one person has found that person
			opened(e.App, by, e.Records[0], viaRecord)
		default:
			seeLater(e.App, by, web.Seen{Sight: web.Sight{Action: web.Listed, Via: viaRecord, Why: whyOffice}})
		}
		return err
	})
	app.OnFileDownloadRequest("paper_files", "objection_photos").BindFunc(func(e *core.FileDownloadRequestEvent) error {
		number, by := memberOf(act.Read(e.App), e.Record), fileActor(e)
		if office(by) && number > 0 {
			if err := See(e.App, by, web.Seen{Sight: web.Sight{Action: web.Exported, Via: viaPaper, Why: whyOffice}, Member: number}); err != nil {
				return err
			}
		}
		return e.Next()
	})
	app.OnRealtimeSubscribeRequest().BindFunc(func(e *core.RealtimeSubscribeRequestEvent) error {
		err := e.Next()
		if by := act.ActorOf(e.Auth); err == nil && office(by) {
			for _, topic := range e.Subscriptions {
				listensTo(e.App, by, topic)
			}
		}
		return err
	})
	all := &edits{}
	app.OnRecordUpdateRequest("members", "employees").BindFunc(all.begin)
	app.OnRecordAfterUpdateSuccess("members", "employees").BindFunc(all.keep)
}

// listensTo writes down that somebody hears of each change of a collection, or of one record, with what it holds.
func listensTo(app core.App, by act.Actor, topic string) {
	topic, _, _ = strings.Cut(topic, "?")
	name, id, _ := strings.Cut(topic, "/")
	c, err := app.FindCachedCollectionByNameOrId(name)
	if err != nil || !personal(c) || c.IsView() {
		return
	}
	seen := web.Seen{Sight: web.Sight{Action: web.Listed, Via: viaRecord, Why: whyOffice}}
	if id != "" && id != "*" {
		record, err := app.FindRecordById(c, id)
		if err != nil {
			return
		}
		seen.Action, seen.Member = web.Opened, memberOf(act.Read(app), record)
		if seen.Member == 0 {
			return
		}
	}
	seeLater(app, by, seen)
}

// fileActor is who holds the token of a protected file, which stands in the address.
func fileActor(e *core.FileDownloadRequestEvent) act.Actor {
	if token := e.Request.URL.Query().Get("token"); token != "" {
		if who, err := e.App.FindAuthRecordByToken(token, core.TokenTypeFile); err == nil {
			return act.ActorOf(who)
		}
	}
	return act.ActorOf(e.Auth)
}

// edits are the saves by hand that are under way, by their record.
type edits struct{ by sync.Map }

type edit struct {
	by   act.Actor
	seen web.Seen
}

// begin notes who edits what of a member, before the save; keep makes an act of it once it is saved: which fields,
// never what they were or are. What only an act may change has acts of its own.
func (all *edits) begin(e *core.RecordRequestEvent) error {
	number, by := memberOf(act.Read(e.App), e.Record), act.ActorOf(e.Auth)
	if fields := changedFields(e.Record); number > 0 && len(fields) > 0 && office(by) {
		all.by.Store(e.Record, edit{by, web.Seen{Sight: web.Sight{Action: web.Changed, Via: viaRecord, Why: whyOffice}, Member: number, Fields: strings.Join(fields, ",")}})
		defer all.by.Delete(e.Record)
	}
	return e.Next()
}

func (all *edits) keep(e *core.RecordEvent) error {
	if it, ours := all.by.LoadAndDelete(e.Record); ours {
		by, seen := it.(edit).by, it.(edit).seen
		if _, _, err := act.Do(e.Context, e.App, act.Act{Kind: "member.edit", Key: ulid.New(), By: by, Input: seen}, func(tx *act.Tx) (struct{}, error) {
			return struct{}{}, noteSighting(tx, seen, tx.Today())
		}); err != nil {
			return err
		}
	}
	return e.Next()
}

// notByHand are the fields that PocketBase moves by itself, and those that change by acts of their own.
var notByHand = []string{"created", "updated", "tokenKey", "work_unit", "grade", "channel", "pay_rupiah"}

// changedFields names the fields that differ from what is stored.
func changedFields(record *core.Record) (names []string) {
	before := record.Original()
	for _, field := range record.Collection().Fields {
		name := field.GetName()
		if !slices.Contains(notByHand, name) && record.GetString(name) != before.GetString(name) {
			names = append(names, strings.ToLower(name))
		}
	}
	return names
}
