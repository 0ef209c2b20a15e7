package guard

import (
	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/web"
	"kpdk/hooks/member"
)

// backupTaken writes down, before anything goes out, that somebody takes a copy of everybody's data along.
func backupTaken(e *core.RequestEvent) error {
	if e.Request.Pattern != "GET /api/backups/{key}" {
		return e.Next()
	}
	who, err := e.App.FindAuthRecordByToken(e.Request.URL.Query().Get("token"), core.TokenTypeFile)
	if err != nil || !who.IsSuperuser() {
		return e.Next() // PocketBase refuses it
	}
	files, err := e.App.NewBackupsFilesystem()
	if err != nil {
		return err
	}
	there, err := files.Exists(e.Request.PathValue("key"))
	_ = files.Close()
	if err == nil && there {
		err = member.See(e.App, act.ActorOf(who), web.Seen{Sight: web.Sight{Action: web.Exported, Via: "backup", Why: "backup"}})
	}
	if err != nil {
		return err
	}
	return e.Next()
}
