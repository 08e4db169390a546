BEGIN TRANSACTION;
CREATE TABLE _schema_versions (
                    id INTEGER PRIMARY KEY AUTOINCREMENT,
                    version TEXT NOT NULL UNIQUE,
                    applied_at TEXT NOT NULL,
                    description TEXT,
                    checksum TEXT
                );
INSERT INTO "_schema_versions" VALUES(1,'1.0.0','2026-11-28T06:10:38.496730+00:00','Initial ALMA schema with core tables','2f4e5f38976f5c8c');
INSERT INTO "_schema_versions" VALUES(2,'1.1.0','2026-11-28T06:10:38.987391+00:00','Add workflow context layer (checkpoints, workflow_outcomes, artifact_links)','9d3f04320e17facf');
INSERT INTO "_schema_versions" VALUES(3,'1.2.0','2026-11-28T06:10:39.035955+00:00','Persist verification + forget_audit (Agent Memory Atlas gaps)','67ae38c9fd6eae5a');
CREATE TABLE alma_forget_audit (
                id TEXT PRIMARY KEY,
                project_id TEXT NOT NULL,
                memory_type TEXT NOT NULL,
                memory_id TEXT NOT NULL,
                agent TEXT,
                reason TEXT,
                strategy TEXT,
                pruned_at TEXT NOT NULL,
                metadata TEXT
            );
CREATE TABLE anti_patterns (
                    id TEXT PRIMARY KEY,
                    agent TEXT NOT NULL,
                    project_id TEXT NOT NULL,
                    pattern TEXT NOT NULL,
                    why_bad TEXT,
                    better_alternative TEXT,
                    occurrence_count INTEGER DEFAULT 1,
                    last_seen TEXT,
                    created_at TEXT,
                    metadata TEXT
                , verification_status TEXT, verification_method TEXT, verification_confidence REAL, verification_reason TEXT, verified_at TEXT, contradicting_source TEXT, tenant_id TEXT DEFAULT 'default', workflow_id TEXT);
INSERT INTO "anti_patterns" VALUES('anti_d881c73e0837','helena','shop','Sleep for five seconds before clicking','TimeoutError: the button was not there','[To be determined from successful outcomes]',2,'2026-11-28T06:10:39.182427+00:00','2026-11-28T06:10:39.182443+00:00',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'default',NULL);
CREATE TABLE artifact_links (
                    id TEXT PRIMARY KEY,
                    memory_id TEXT NOT NULL,
                    artifact_type TEXT NOT NULL,
                    storage_url TEXT NOT NULL,
                    filename TEXT,
                    mime_type TEXT,
                    size_bytes INTEGER,
                    checksum TEXT,
                    metadata TEXT,
                    created_at TEXT NOT NULL
                );
CREATE TABLE checkpoints (
                    id TEXT PRIMARY KEY,
                    run_id TEXT NOT NULL,
                    node_id TEXT NOT NULL,
                    state TEXT NOT NULL,
                    sequence_number INTEGER DEFAULT 0,
                    branch_id TEXT,
                    parent_checkpoint_id TEXT,
                    state_hash TEXT,
                    metadata TEXT,
                    created_at TEXT NOT NULL
                );
CREATE TABLE domain_knowledge (
                    id TEXT PRIMARY KEY,
                    agent TEXT NOT NULL,
                    project_id TEXT NOT NULL,
                    domain TEXT,
                    fact TEXT NOT NULL,
                    source TEXT,
                    confidence REAL DEFAULT 1.0,
                    last_verified TEXT,
                    metadata TEXT
                , verification_status TEXT, verification_method TEXT, verification_confidence REAL, verification_reason TEXT, verified_at TEXT, contradicting_source TEXT, tenant_id TEXT DEFAULT 'default', workflow_id TEXT);
INSERT INTO "domain_knowledge" VALUES('dk_bee6769ec919','victor','shop','api','Login tokens expire after 24 hours','user_stated',1.0,'2026-11-28T06:10:39.203323+00:00',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'default',NULL);
CREATE TABLE embeddings (
                    id INTEGER PRIMARY KEY AUTOINCREMENT,
                    memory_type TEXT NOT NULL,
                    memory_id TEXT NOT NULL,
                    embedding BLOB NOT NULL,
                    UNIQUE(memory_type, memory_id)
                );
CREATE TABLE heuristics (
                    id TEXT PRIMARY KEY,
                    agent TEXT NOT NULL,
                    project_id TEXT NOT NULL,
                    condition TEXT NOT NULL,
                    strategy TEXT NOT NULL,
                    confidence REAL DEFAULT 0.0,
                    occurrence_count INTEGER DEFAULT 0,
                    success_count INTEGER DEFAULT 0,
                    last_validated TEXT,
                    created_at TEXT,
                    metadata TEXT
                , verification_status TEXT, verification_method TEXT, verification_confidence REAL, verification_reason TEXT, verified_at TEXT, contradicting_source TEXT, tenant_id TEXT DEFAULT 'default', workflow_id TEXT, run_id TEXT, node_id TEXT);
INSERT INTO "heuristics" VALUES('heur_4bc5d30cc12d','helena','shop','task type: form_testing','Validate fields one by one',1.0,2,2,'2026-11-28T06:10:39.092896+00:00','2026-11-28T06:10:39.092903+00:00',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'default',NULL,NULL,NULL);
INSERT INTO "heuristics" VALUES('heur_fc86391c494d','helena','shop','task type: form_testing','Validate fields one by one',1.0,3,3,'2026-11-28T06:10:39.116228+00:00','2026-11-28T06:10:39.116236+00:00',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'default',NULL,NULL,NULL);
CREATE TABLE memory_archive (
                    id TEXT PRIMARY KEY,
                    original_id TEXT NOT NULL,
                    memory_type TEXT NOT NULL,
                    content TEXT NOT NULL,
                    embedding BLOB,
                    metadata TEXT,
                    original_created_at TEXT NOT NULL,
                    archived_at TEXT NOT NULL,
                    archive_reason TEXT NOT NULL,
                    final_strength REAL NOT NULL,
                    project_id TEXT NOT NULL,
                    agent TEXT NOT NULL,
                    restored INTEGER DEFAULT 0,
                    restored_at TEXT,
                    restored_as TEXT
                );
CREATE TABLE memory_strength (
                    memory_id TEXT PRIMARY KEY,
                    memory_type TEXT NOT NULL,
                    project_id TEXT,
                    agent TEXT,
                    initial_strength REAL DEFAULT 1.0,
                    decay_half_life_days INTEGER DEFAULT 30,
                    created_at TEXT NOT NULL,
                    last_accessed TEXT NOT NULL,
                    access_count INTEGER DEFAULT 0,
                    explicit_importance REAL DEFAULT 0.5,
                    reinforcement_events TEXT DEFAULT '[]'
                );
CREATE TABLE outcomes (
                    id TEXT PRIMARY KEY,
                    agent TEXT NOT NULL,
                    project_id TEXT NOT NULL,
                    task_type TEXT,
                    task_description TEXT NOT NULL,
                    success INTEGER DEFAULT 0,
                    strategy_used TEXT,
                    duration_ms INTEGER,
                    error_message TEXT,
                    user_feedback TEXT,
                    timestamp TEXT,
                    metadata TEXT
                , verification_status TEXT, verification_method TEXT, verification_confidence REAL, verification_reason TEXT, verified_at TEXT, contradicting_source TEXT, tenant_id TEXT DEFAULT 'default', workflow_id TEXT, run_id TEXT, node_id TEXT);
INSERT INTO "outcomes" VALUES('out_1920f7b44261','helena','shop','form_testing','Test the login form',1,'Validate fields one by one',1200,NULL,NULL,'2026-11-28T06:10:39.064702+00:00',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'default',NULL,NULL,NULL);
INSERT INTO "outcomes" VALUES('out_3ed8f1ea99a4','helena','shop','form_testing','Test the login form',1,'Validate fields one by one',1200,NULL,NULL,'2026-11-28T06:10:39.081626+00:00',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'default',NULL,NULL,NULL);
INSERT INTO "outcomes" VALUES('out_26a79b2742aa','helena','shop','form_testing','Test the login form',1,'Validate fields one by one',1200,NULL,NULL,'2026-11-28T06:10:39.096446+00:00',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'default',NULL,NULL,NULL);
INSERT INTO "outcomes" VALUES('out_2e2a852ef610','helena','shop','form_testing','Test the checkout form',0,'Sleep for five seconds before clicking',NULL,'TimeoutError: the button was not there',NULL,'2026-11-28T06:10:39.136221+00:00',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'default',NULL,NULL,NULL);
INSERT INTO "outcomes" VALUES('out_1507af82bb0a','helena','shop','form_testing','Test the checkout form',0,'Sleep for five seconds before clicking',NULL,'TimeoutError: the button was not there',NULL,'2026-11-28T06:10:39.160311+00:00',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'default',NULL,NULL,NULL);
CREATE TABLE preferences (
                    id TEXT PRIMARY KEY,
                    user_id TEXT NOT NULL,
                    category TEXT,
                    preference TEXT NOT NULL,
                    source TEXT,
                    confidence REAL DEFAULT 1.0,
                    timestamp TEXT,
                    metadata TEXT
                , verification_status TEXT, verification_method TEXT, verification_confidence REAL, verification_reason TEXT, verified_at TEXT, contradicting_source TEXT);
INSERT INTO "preferences" VALUES('pref_e0d3b5e85257','ada','code_style','No emojis in documentation','explicit_instruction',1.0,'2026-11-28T06:10:39.220199+00:00',NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE retrieval_feedback (
                    id TEXT PRIMARY KEY,
                    memory_id TEXT NOT NULL,
                    memory_type TEXT NOT NULL,
                    query TEXT,
                    agent TEXT NOT NULL,
                    project_id TEXT NOT NULL,
                    signal TEXT NOT NULL,
                    timestamp TEXT NOT NULL,
                    metadata_json TEXT DEFAULT '{}'
                );
CREATE TABLE session_handoffs (
                    id TEXT PRIMARY KEY,
                    project_id TEXT NOT NULL,
                    agent TEXT NOT NULL,
                    session_id TEXT NOT NULL,
                    last_action TEXT NOT NULL,
                    last_outcome TEXT NOT NULL,
                    current_goal TEXT,
                    key_decisions TEXT,
                    active_files TEXT,
                    blockers TEXT,
                    next_steps TEXT,
                    test_status TEXT,
                    confidence_level REAL DEFAULT 0.5,
                    risk_flags TEXT,
                    session_start TEXT,
                    session_end TEXT,
                    duration_ms INTEGER DEFAULT 0,
                    metadata TEXT,
                    created_at TEXT NOT NULL
                );
CREATE TABLE workflow_outcomes (
                    id TEXT PRIMARY KEY,
                    tenant_id TEXT,
                    workflow_id TEXT NOT NULL,
                    run_id TEXT NOT NULL,
                    agent TEXT NOT NULL,
                    project_id TEXT NOT NULL,
                    result TEXT NOT NULL,
                    summary TEXT,
                    strategies_used TEXT,
                    successful_patterns TEXT,
                    failed_patterns TEXT,
                    extracted_heuristics TEXT,
                    extracted_anti_patterns TEXT,
                    duration_seconds REAL,
                    node_count INTEGER,
                    error_message TEXT,
                    metadata TEXT,
                    created_at TEXT NOT NULL
                );
CREATE INDEX idx_heuristics_project_agent ON heuristics(project_id, agent);
CREATE INDEX idx_outcomes_project_agent ON outcomes(project_id, agent);
CREATE INDEX idx_outcomes_task_type ON outcomes(project_id, agent, task_type);
CREATE INDEX idx_outcomes_timestamp ON outcomes(project_id, timestamp);
CREATE INDEX idx_preferences_user ON preferences(user_id);
CREATE INDEX idx_domain_knowledge_project_agent ON domain_knowledge(project_id, agent);
CREATE INDEX idx_anti_patterns_project_agent ON anti_patterns(project_id, agent);
CREATE INDEX idx_embeddings_type ON embeddings(memory_type);
CREATE INDEX idx_checkpoints_run ON checkpoints(run_id);
CREATE INDEX idx_checkpoints_run_branch ON checkpoints(run_id, branch_id);
CREATE INDEX idx_checkpoints_run_sequence ON checkpoints(run_id, sequence_number DESC);
CREATE INDEX idx_workflow_outcomes_project ON workflow_outcomes(project_id, agent);
CREATE INDEX idx_workflow_outcomes_workflow ON workflow_outcomes(workflow_id);
CREATE INDEX idx_workflow_outcomes_tenant ON workflow_outcomes(tenant_id);
CREATE INDEX idx_artifact_links_memory ON artifact_links(memory_id);
CREATE INDEX idx_session_handoffs_project_agent ON session_handoffs(project_id, agent);
CREATE INDEX idx_session_handoffs_agent_created ON session_handoffs(agent, created_at DESC);
CREATE INDEX idx_memory_strength_last_accessed ON memory_strength(last_accessed);
CREATE INDEX idx_memory_strength_project_agent ON memory_strength(project_id, agent);
CREATE INDEX idx_archive_project_agent ON memory_archive(project_id, agent);
CREATE INDEX idx_archive_reason ON memory_archive(archive_reason);
CREATE INDEX idx_archive_date ON memory_archive(archived_at);
CREATE INDEX idx_archive_restored ON memory_archive(restored);
CREATE INDEX idx_forget_audit_project ON alma_forget_audit(project_id, pruned_at);
CREATE INDEX idx_feedback_memory ON retrieval_feedback(memory_id, memory_type);
CREATE INDEX idx_feedback_project_agent ON retrieval_feedback(project_id, agent);
CREATE INDEX idx_schema_version ON _schema_versions(version);
CREATE INDEX idx_checkpoints_run_seq
            ON checkpoints(run_id, sequence_number DESC)
        ;
CREATE INDEX idx_wo_tenant
            ON workflow_outcomes(tenant_id)
        ;
CREATE INDEX idx_wo_workflow
            ON workflow_outcomes(workflow_id)
        ;
CREATE INDEX idx_wo_project_agent
            ON workflow_outcomes(project_id, agent)
        ;
CREATE INDEX idx_artifact_memory
            ON artifact_links(memory_id)
        ;
CREATE INDEX idx_heuristics_tenant
            ON heuristics(tenant_id)
        ;
CREATE INDEX idx_heuristics_workflow
            ON heuristics(workflow_id)
        ;
CREATE INDEX idx_outcomes_tenant
            ON outcomes(tenant_id)
        ;
CREATE INDEX idx_outcomes_workflow
            ON outcomes(workflow_id)
        ;
CREATE INDEX idx_forget_audit_type ON alma_forget_audit(memory_type, memory_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('_schema_versions',3);
COMMIT;
